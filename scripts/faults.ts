/**
 * `npm run faults [-- --runs N --seed S --only NUMBER]`: breaks what can break, with real processes, and counts what was
 * really charged. A run is one scenario under one seed; the scenarios take turns. Exit 1 on any violation, with the seed
 * that repeats it.
 */
import { parseArgs } from "node:util";
import { ensureBuild } from "./demo/build";
import { step } from "./demo/steps";
import { startPlant } from "./faults/plant";
import { type RunResult, runOne } from "./faults/run-one";
import { SCENARIOS } from "./faults/scenarios/all";
import { showRun, toTable } from "./faults/table";
import { Problem } from "./processes/problem";
import { runScript } from "./processes/run-script";
import { createShutdown } from "./processes/shutdown";
import { ROOT } from "./root";

await runScript(async () => {
  const { runs, seed, scenarios } = readSettings();
  const shutdown = createShutdown();
  await step("Building (the first time takes longest)", () => ensureBuild({ root: ROOT, signal: shutdown.signal }));
  const plant = await step("Starting Postgres, the acquirer and two servers", () => startPlant(ROOT));
  const results: RunResult[] = [];
  try {
    for (let index = 0; index < runs && !shutdown.signal.aborted; index += 1) {
      const scenario = scenarios[index % scenarios.length];
      if (scenario === undefined) break;
      const result = await runOne(plant, scenario, seed + index);
      results.push(result);
      showRun(result, index + 1, runs);
    }
  } finally {
    await plant.stop();
  }
  console.log(`\n${toTable(results)}`);
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  console.log(`\n${results.length} runs from seed ${seed}, ${violations} violations`);
  if (violations > 0) {
    const [first] = results.filter((result) => result.violations.length > 0);
    throw new Problem(
      "What must always be true was not.",
      `Repeat the first one: npm run faults -- --runs 1 --only ${first?.scenario.number} --seed ${first?.seed}`,
    );
  }
});

function readSettings() {
  const options = { runs: { type: "string" }, seed: { type: "string" }, only: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  const number = (name: keyof typeof options, otherwise: number): number => {
    const text = values[name] ?? String(otherwise);
    if (/^[0-9]{1,9}$/.test(text)) return Number(text);
    throw new Problem(`--${name} is "${text}".`, `Give it a whole number: --${name} ${otherwise}`);
  };
  const scenarios = values.only === undefined ? SCENARIOS : SCENARIOS.filter((one) => one.number === number("only", 1));
  if (scenarios.length === 0) {
    throw new Problem(
      `There is no scenario ${values.only}.`,
      `There are ${SCENARIOS.map((one) => one.number).join(", ")}.`,
    );
  }
  return { runs: number("runs", SCENARIOS.length), seed: number("seed", Math.floor(Math.random() * 1e9)), scenarios };
}
