import { expect, it } from "vitest";
import { oneAfterAnother } from "./live-key-ring";

/** Work that ends when told to, and counts how often it was begun. */
function heldWork() {
  const runs: PromiseWithResolvers<void>[] = [];
  const work = () => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  };
  return { runs, ask: oneAfterAnother(work) };
}

it("who asks while it runs waits for a run that begins later, one for all of them", async () => {
  const { runs, ask } = heldWork();
  const first = ask();
  const later = [ask(), ask()];
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await first;
  await new Promise(setImmediate);
  expect(runs).toHaveLength(2);
  runs[1]?.resolve();
  await Promise.all(later);
  const again = ask();
  expect(runs).toHaveLength(3);
  runs[2]?.resolve();
  await again;
});

it("a run that fails fails those who waited for it, and nobody after them", async () => {
  const { runs, ask } = heldWork();
  const first = ask();
  const second = ask();
  runs[0]?.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await new Promise(setImmediate);
  runs[1]?.resolve();
  await second;
  const third = ask();
  runs[2]?.resolve();
  await third;
});
