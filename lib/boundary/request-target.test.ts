import { afterEach, expect, test } from "vitest";
import { requestTarget } from "./request-target";

const stamps = globalThis as typeof globalThis & { countinghouseStampsAddresses?: boolean };

function received(target: string): Request {
  const headers = { "x-countinghouse-target": target };
  return new Request("http://localhost:3000/api/v1/payments?created_from=2026-01-02T03%3A04%3A05Z", { headers });
}

afterEach(() => {
  delete stamps.countinghouseStampsAddresses;
});

test("the query is as it was sent, not as a form would write it", () => {
  stamps.countinghouseStampsAddresses = true;
  expect(requestTarget(received("/api/v1/payments?created_from=2026-01-02T03:04:05Z"))).toBe(
    "/api/v1/payments?created_from=2026-01-02T03:04:05Z",
  );
});

test.each([
  ["/api/v1/payments?reference=O'Brien", "/api/v1/payments?reference=O%27Brien"],
  ["/api/v1/payments?", "/api/v1/payments"],
  ["/api/v1/payments?reference=a%20b+c", "/api/v1/payments?reference=a%20b+c"],
])("%s is %s, as the WHATWG URL standard has it", (target, expected) => {
  stamps.countinghouseStampsAddresses = true;
  expect(requestTarget(received(target))).toBe(expected);
});

// The attack: a client writes the header itself, to have another path checked than the one that is served.
test("request-target.not-the-clients: without the preload the header is not believed", () => {
  expect(requestTarget(received("/api/v1/cards"))).toBe("/api/v1/payments?created_from=2026-01-02T03%3A04%3A05Z");
});
