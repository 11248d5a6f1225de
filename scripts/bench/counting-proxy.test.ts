import { expect, test } from "vitest";
import { idleCounter } from "./counting-proxy";

const message = (type: string, body: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
};

/** Two statements inside a transaction, then its COMMIT; a row whose content looks like the message that is counted. */
const conversation = Buffer.concat([
  message("D", "Z\0\0\0\u0005I"),
  message("Z", "T"),
  message("Z", "T"),
  message("C", "COMMIT\0"),
  message("Z", "I"),
  message("C", "SELECT 1\0"),
  message("Z", "I"),
]);

test.each([1, 2, 3, 7, conversation.length])("counts ends of transactions in chunks of %i bytes", (size) => {
  let idle = 0;
  const count = idleCounter(() => {
    idle += 1;
  });
  for (let at = 0; at < conversation.length; at += size) count(conversation.subarray(at, at + size));
  expect(idle).toBe(2);
});
