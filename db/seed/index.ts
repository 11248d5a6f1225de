import { inArray } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import { connect, type DatabaseClient } from "@/db/client";
import { apiKeys, merchants, payments, refunds } from "@/db/schema";
import { type Transaction, transact } from "@/db/transact";
import { API_PERMISSIONS } from "@/lib/api-keys/permissions";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { loadKeyRing } from "@/lib/keys/load-key-ring";
import { importAcquirerHistory } from "./acquirer-history";
import type { DemoCredentials } from "./credentials";
import { insertCustomers } from "./customers";
import { makeHistory } from "./history";
import { insertApiKey, insertCards, insertMerchant, insertUser } from "./merchant";
import { giveRecoveryCodes } from "./recovery-codes";

export { type DemoCredentials, newDemoCredentials } from "./credentials";

type Options = Readonly<{
  ownerUrl: string;
  appUrl: string;
  sandboxUrl: string;
  masterKey: string;
  credentials: DemoCredentials;
}>;

/**
 * Fills an empty database with two merchants, ninety days of payments of the first, and the acquirer's knowledge of them.
 * On a database that is seeded already it only makes sure that the acquirer knows, and that the owner has recovery codes.
 * All or nothing.
 */
export async function seedDemo({
  ownerUrl,
  appUrl,
  sandboxUrl,
  masterKey,
  credentials,
}: Options): Promise<DemoCredentials> {
  const app = connect(appUrl, { poolSize: 2, statementTimeoutMs: 30_000 });
  const owner = connect(ownerUrl, { poolSize: 2, statementTimeoutMs: 120_000 });
  try {
    const ring = await loadKeyRing(app, masterKey);
    if (await isEmpty(owner)) {
      await transact(owner, systemContext("seed"), (tx) => fill(tx, ring, credentials));
    }
    await giveRecoveryCodes(owner, credentials.owner);
    await giveEveryPermission(owner, [credentials.apiKey, credentials.other.apiKey]);
    // A new table has no statistics yet, and a plan without them reads all of it.
    await owner.pool`analyze payments, refunds, customers, cards, audit_entries, audit_chain`;
    await importAcquirerHistory(owner.db, sandboxUrl);
    return credentials;
  } finally {
    await Promise.all([app.close(), owner.close()]);
  }
}

/** A demo of an earlier release has keys that lack what came since. */
async function giveEveryPermission(owner: DatabaseClient, keys: readonly { id: string }[]): Promise<void> {
  const ids = keys.map(({ id }) => id);
  await transact(owner, systemContext("seed"), (tx) =>
    tx
      .update(apiKeys)
      .set({ permissions: [...API_PERMISSIONS] })
      .where(inArray(apiKeys.id, ids)),
  );
}

async function isEmpty({ db }: DatabaseClient): Promise<boolean> {
  return (await db.select({ id: merchants.id }).from(merchants).limit(1)).length === 0;
}

async function fill(tx: Transaction, ring: KeyRing, credentials: DemoCredentials): Promise<void> {
  const now = new Date();
  const saffron = await insertMerchant(tx, { name: "Saffron & Clove", country: "IN", timeZone: "Asia/Kolkata" });
  await insertUser(tx, ring, saffron, { ...credentials.owner, name: "Asha Rao", role: "owner" });
  await insertUser(tx, ring, saffron, { ...credentials.viewer, name: "Vikram Shah", role: "viewer" });
  await insertApiKey(tx, ring, saffron, credentials.apiKey);

  const harbour = await insertMerchant(tx, { name: "Harbour Books", country: "GB", timeZone: "Europe/London" });
  await insertUser(tx, ring, harbour, { ...credentials.other.owner, name: "Nora Lind", role: "owner" });
  await insertApiKey(tx, ring, harbour, credentials.other.apiKey);

  const customers = await insertCustomers(tx, ring, saffron);
  const history = makeHistory(saffron, await insertCards(tx, ring, saffron, customers, now), now);
  for (const batch of inBatches(history.payments)) await tx.insert(payments).values(batch);
  for (const batch of inBatches(history.refunds)) await tx.insert(refunds).values(batch);
}

/** A statement holds at most 65,535 parameters. */
function inBatches<T>(rows: readonly T[], size = 1000): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}
