import { checkInvariants, logLengths } from "./invariants";
import type { Plant } from "./plant";
import { randomOf } from "./random";
import type { Scenario } from "./scenarios/scenario";
import { openShop } from "./shop";

export type RunResult = Readonly<{ scenario: Scenario; seed: number; seconds: number; violations: readonly string[] }>;

let runs = 0;

/** One scenario under one seed, and what it has left behind. */
export async function runOne(plant: Plant, scenario: Scenario, seed: number, deadlineMs?: number): Promise<RunResult> {
  const startedAt = performance.now();
  runs += 1;
  const violations: string[] = [];
  try {
    await plant.ready();
    const logsFrom = logLengths(plant);
    const shop = await openShop(plant, `f${scenario.number}-s${seed}-r${runs}`, randomOf(seed), deadlineMs);
    await scenario.run(shop).catch((error: unknown) => violations.push(reasonOf(error)));
    await plant.ready();
    violations.push(...(await checkInvariants(shop, logsFrom)));
  } catch (error) {
    violations.push(reasonOf(error));
  }
  return { scenario, seed, seconds: (performance.now() - startedAt) / 1000, violations };
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
