/** `npm run check`: format and lint, types and unit tests, side by side. What one should run before every commit. */
import { showResult } from "./checks/show";
import { closingLine, shortcomings, totalOf } from "./checks/suite";
import { runLint, runTypes, runUnit } from "./checks/suites";

const startedAt = performance.now();
const results = await Promise.all([runLint(), runTypes(), runUnit()].map((run) => run.then(showResult)));
console.log(`${closingLine(totalOf(results))} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
process.exit(shortcomings(results, false).length === 0 ? 0 : 1);
