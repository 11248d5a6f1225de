import { expect, test } from "vitest";
import { authenticationCode } from "./authentication-code";

// RFC 6238, appendix B: the SHA-1 rows, of whose eight digits an authenticator shows the last six.
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082", 1],
  [1_111_111_109, "081804", 1],
  [1_234_567_890, "005924", 30],
])("at %d s the code is %s, good for %d s", (seconds, code, secondsLeft) => {
  expect(authenticationCode(SECRET, seconds * 1000)).toEqual({ code, secondsLeft });
});
