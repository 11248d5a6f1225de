/**
 * `tsx scripts/wycheproof.ts FOLDER`: runs Project Wycheproof's vectors for AES-GCM and HMAC-SHA-256 (a clone's
 * `testvectors_v1`) through the functions that seal cards and sign. Exit 1 when one of them comes out otherwise than it says.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./processes/problem";
import { runScript } from "./processes/run-script";
import { aesGcmVectors, hmacVectors, runAesGcm, runHmac, type Tally } from "./vectors/wycheproof";

await runScript(async () => {
  const [folder] = process.argv.slice(2);
  if (!folder)
    throw new Problem("Name the folder with the vectors.", "It is testvectors_v1 in a clone of C2SP/wycheproof.");
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const tallies: readonly (readonly [string, Tally])[] = [
    ["AES-256-GCM", runAesGcm(aesGcmVectors.parse(read("aes_gcm_test.json")))],
    ["HMAC-SHA-256", runHmac(hmacVectors.parse(read("hmac_sha256_test.json")))],
  ];
  for (const [name, { valid, invalid, other, failed }] of tallies) {
    const sizes = other === 0 ? "" : `, ${other} of sizes that are refused`;
    console.log(`${name}: ${valid} valid, ${invalid} invalid${sizes}, ${failed.length} failed`);
  }
  const failed = tallies.flatMap(([name, tally]) => tally.failed.map((id) => `${name} ${id}`));
  if (failed.length > 0) throw new Problem(`These came out wrong: ${failed.join(", ")}.`, "Do not release this build.");
});
