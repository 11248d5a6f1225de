import { expect, it } from "vitest";
import { nextPause } from "./call-once";
import { WAIT_FOR_FIRST_MS } from "./stored-answer";

it("idempotency.waiting: a call that waits its ten seconds asks thirty times, first after 50 ms and never less often than every 400", () => {
  const pauses: number[] = [];
  for (let waited = 0; waited < WAIT_FOR_FIRST_MS; waited += pauses.at(-1) ?? 0)
    pauses.push(nextPause(pauses.at(-1) ?? null));
  expect(pauses[0]).toBe(50);
  expect(Math.max(...pauses)).toBe(400);
  expect(pauses.length).toBeLessThanOrEqual(30);
});
