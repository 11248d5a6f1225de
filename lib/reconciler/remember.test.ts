import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { remember } from "./remember";

it("readiness.cheap: however many ask at once or in a row, one question is asked until its answer is old", async () => {
  let asked = 0;
  const ask = remember(200, async () => {
    await sleep(20);
    asked += 1;
    return asked;
  });
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(1);
  await sleep(250);
  expect(await ask()).toBe(2);
});

it("what fails is not remembered", async () => {
  let asked = 0;
  const ask = remember(60_000, async () => {
    asked += 1;
    if (asked === 1) throw new Error("away");
    return asked;
  });
  await expect(ask()).rejects.toThrow("away");
  expect(await ask()).toBe(2);
});
