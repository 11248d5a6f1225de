/**
 * `npm run fuzz [-- --stories N --seed S]`: makes up calls of every kind that the OpenAPI document of the running demo (of
 * `DATA_DIR`) tells of, and holds each answer against it. Exit 1 on a 5xx, or on an answer that is not as documented.
 */
import { parseArgs } from "node:util";
import { readDemoFile } from "./demo/demo-file";
import { readDemoSettings } from "./demo/settings";
import { runFuzz } from "./fuzz/run-fuzz";
import { Problem } from "./processes/problem";
import { runScript } from "./processes/run-script";

await runScript(async () => {
  const options = { stories: { type: "string" }, seed: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  const demo = readDemoFile(readDemoSettings(process.env).dataDir);
  if (demo === null) throw new Problem("There is no demo to send calls to.", "Start one first: npm run demo");
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const stories = Number(values.stories ?? 50);
  const { calls, byStatus, failure } = await runFuzz({
    url: demo.url,
    key: demo.other.apiKey,
    stories,
    length: 20,
    seed,
  });
  const counts = [...byStatus].sort(([one], [other]) => one - other).map(([status, count]) => `${count} × ${status}`);
  console.log(`${calls} calls from seed ${seed}: ${counts.join(", ")}`);
  if (failure !== null) throw new Problem(failure, `Repeat it: npm run fuzz -- --seed ${seed} --stories ${stories}`);
});
