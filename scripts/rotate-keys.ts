/**
 * `npm run rotate-keys`: wraps every data key under the first key of MASTER_KEY, then seals every card and every customer's key
 * under new data keys and retires the old ones, all while servers run; in the database of DATABASE_URL (with its MASTER_KEY) or
 * else the demo's of DATA_DIR. When it was killed, the next run goes on.
 */
import { type RewrapReport, rewrapDataKeys } from "@/lib/keys/rewrap-data-keys";
import { type RotationProgress, type RotationReport, rotateKeys } from "@/lib/vault/rotate-keys";
import { masterKeysOfDatabase, openDatabase } from "./demo/open-database";
import { Problem } from "./processes/problem";
import { runScript } from "./processes/run-script";

const NAMES = { "card-number": "cards", "customer-key": "customers" } as const;
const PROGRESS_EVERY_MS = 1000;

await runScript(async () => {
  if (process.argv.length > 2) {
    throw new Problem("rotate-keys takes no argument.", "Set DATABASE_URL and MASTER_KEY, or DATA_DIR for a demo's.");
  }
  const masterKeys = masterKeysOfDatabase();
  const { client, close } = await openDatabase("rotate");
  let reports: RotationReport[];
  try {
    showMaster(await rewrapDataKeys(client, masterKeys));
    reports = await rotateKeys(client, masterKeys, { onProgress: showProgress() });
  } finally {
    await close();
  }
  for (const report of reports) show(report);
  if (reports.some(({ kept }) => kept.length > 0)) {
    throw new Problem(
      "An old key could not be retired: something is still sealed under it.",
      "Nothing is lost. Restore the rows named above from a backup, or delete them, and run this again.",
    );
  }
});

function showMaster({ masterKeyId, rewrapped, total, free }: RewrapReport): void {
  console.log(`master key ${masterKeyId}: ${total} data keys, ${rewrapped} of them wrapped anew`);
  for (const id of free) console.log(`  no longer needed ${id}: take it out of MASTER_KEY of every server`);
}

/** On a terminal one line that is written over; elsewhere a line a second. */
function showProgress(): (progress: RotationProgress) => void {
  let shownAt = 0;
  return ({ purpose, done, total }) => {
    const line = `${NAMES[purpose]} ${done} of ${total}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}\x1b[K${done === total ? "\n" : ""}`);
    else if (performance.now() - shownAt > PROGRESS_EVERY_MS || done === total) {
      shownAt = performance.now();
      console.log(line);
    }
  };
}

function show({ purpose, keyId, resumed, resealed, milliseconds, unreadable, retired, kept }: RotationReport): void {
  const name = NAMES[purpose];
  const perSecond = milliseconds > 0 ? Math.round((resealed / milliseconds) * 1000) : 0;
  const speed = resealed > 0 ? ` in ${(milliseconds / 1000).toFixed(1)} s: ${perSecond} ${name}/s` : "";
  console.log(`${name}: ${resealed} sealed under ${keyId}${resumed ? " (begun by an earlier run)" : ""}${speed}`);
  for (const id of retired) console.log(`  retired ${id}`);
  for (const id of kept) console.log(`  kept    ${id}`);
  for (const id of unreadable) console.log(`  cannot be opened: ${id}`);
}
