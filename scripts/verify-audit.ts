/**
 * `npm run verify-audit`: checks every audit chain of a database, DATABASE_URL's or else the demo's of DATA_DIR, and names
 * the first bad row. Exit 1 when one is broken.
 */
import { verifyAllChains } from "@/lib/audit/verify-chain";
import { openDatabase } from "./demo/open-database";
import { Problem } from "./processes/problem";
import { runScript } from "./processes/run-script";

await runScript(async () => {
  if (process.argv.length > 2) {
    throw new Problem("verify-audit takes no argument.", "Set DATABASE_URL, or DATA_DIR for a demo's database.");
  }
  const { client, close } = await openDatabase("verify");
  let broken = false;
  try {
    const chains = await verifyAllChains(client.db, showProgress);
    for (const { chain, verdict } of chains) {
      if (verdict.kind === "verified") {
        console.log(`Chain verified   ${chain}   ${verdict.entries} entries`);
      } else {
        const entry = verdict.entryId === null ? "" : `, entry ${verdict.entryId}`;
        console.log(`Chain broken at sequence ${verdict.sequence}   ${chain}${entry}: ${verdict.reason}`);
        broken = true;
      }
    }
  } finally {
    await close();
  }
  if (broken)
    throw new Problem("The audit trail was changed.", "The first bad row of each broken chain is named above.");
});

function showProgress(chain: string, entries: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${chain} ${entries}\x1b[K\r`);
}
