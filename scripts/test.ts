/**
 * `npm test`: everything, in the order in which a failure is cheapest to find; ends with the line that counts it.
 * `npm run test:full` looks at each page in all themes and widths as well, and tries 100,000 amounts with each property of
 * money, which takes minutes.
 */
import { ensureChromium } from "./browser/ensure-chromium";
import { showResult } from "./checks/show";
import { closingLine, type SuiteResult, shortcomings, totalOf } from "./checks/suite";
import { runBuild, runE2e, runIntegration, runLint, runTypes, runUnit } from "./checks/suites";
import { describeFailure } from "./processes/problem";
import { ensureRedis } from "./redis/ensure-redis";

const startedAt = performance.now();
const isFull = process.argv.includes("--full");
// The suites are processes of their own, and take it from there.
if (isFull) process.env.TEST_FULL = "1";
const types = runTypes();
// Begun early, and once for all: the harness of the faults and the e2e tests run the same build. Not beside the check of the
// types: both write down the routes that there are.
const build = types.then(() => runBuild());
const results: readonly SuiteResult[] = [
  ...(await Promise.all([runLint(), types, runUnit()].map((run) => run.then(showResult)))),
  showResult(await runIntegrationWithRedis()),
  showResult(await build),
  showResult(await runE2eInBrowser()),
];

const isCi = process.env.CI === "true";
for (const reason of shortcomings(results, isCi)) console.log(`✗ ${reason}`);
console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s in all`);
console.log(closingLine(totalOf(results)));
process.exit(shortcomings(results, isCi).length === 0 ? 0 : 1);

/** The tests install a Redis by themselves as well; here it is said once, and not by every test that needs one. */
async function runIntegrationWithRedis(): Promise<SuiteResult> {
  try {
    await ensureRedis();
  } catch (error) {
    return { name: "integration", passed: 0, failed: 1, skipped: 0, seconds: 0, output: describeFailure(error) };
  }
  return runIntegration();
}

async function runE2eInBrowser(): Promise<SuiteResult> {
  try {
    return await runE2e(await ensureChromium(), { isFull });
  } catch (error) {
    return { name: "e2e", passed: 0, failed: 1, skipped: 0, seconds: 0, output: describeFailure(error) };
  }
}
