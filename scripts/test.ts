/** `npm test`: everything, in the order in which a failure is cheapest to find; ends with the line that counts it. */
import { ensureChromium } from "./browser/ensure-chromium";
import { showResult } from "./checks/show";
import { closingLine, type SuiteResult, shortcomings, totalOf } from "./checks/suite";
import { runE2e, runIntegration, runLint, runTypes, runUnit } from "./checks/suites";
import { describeFailure } from "./processes/problem";

const startedAt = performance.now();
const results: readonly SuiteResult[] = [
  ...(await Promise.all([runLint(), runTypes(), runUnit()].map((run) => run.then(showResult)))),
  showResult(await runIntegration()),
  showResult(await runE2eInBrowser()),
];

const isCi = process.env.CI === "true";
for (const reason of shortcomings(results, isCi)) console.log(`✗ ${reason}`);
console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s in all`);
console.log(closingLine(totalOf(results)));
process.exit(shortcomings(results, isCi).length === 0 ? 0 : 1);

async function runE2eInBrowser(): Promise<SuiteResult> {
  try {
    return await runE2e(await ensureChromium());
  } catch (error) {
    return { name: "e2e", passed: 0, failed: 1, skipped: 0, seconds: 0, output: describeFailure(error) };
  }
}
