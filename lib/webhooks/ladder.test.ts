import { expect, it } from "vitest";
import { waitAfter } from "./ladder";

it("webhooks.ladder: seven waits with some jitter, then no more", () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7].map((rung) => waitAfter(rung, 0));
  expect(waits).toEqual([5, 60, 300, 1800, 7200, 21_600, 86_400, null]);
  for (const [rung, seconds] of waits.entries()) {
    const longest = waitAfter(rung, 1);
    if (seconds === null) expect(longest).toBeNull();
    else expect([longest, waitAfter(rung, 0.5)]).toEqual([seconds * 1.1, seconds * 1.05]);
  }
});
