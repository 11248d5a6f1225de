import { type SQL, sql } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import { connect, type DatabaseClient } from "@/db/client";
import { apiKeys, merchants } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { transact } from "@/db/transact";
import { newApiSecret, sealApiSecret } from "@/lib/api-keys/api-secret";
import { API_PERMISSIONS } from "@/lib/api-keys/permissions";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { requestFingerprint } from "@/lib/idempotency/request-fingerprint";
import { type CardId, type MerchantId, newId } from "@/lib/ids/id";
import { newKeyId } from "@/lib/ids/key-id";
import { loadKeyRing } from "@/lib/keys/load-key-ring";
import { parseCardNumber } from "@/lib/vault/card-number";
import { tokenizeCard } from "@/lib/vault/tokenize-card";
import type { PaymentOrder } from "../create-payment";
import { paymentInput } from "../payment-input";
import type { PaymentServices } from "../payment-services";

/** 32 bytes of no worth to anybody, as `MASTER_KEY` wants them. */
export const TEST_MASTER_KEY = `test:${Buffer.from("countinghouse test master key 32").toString("base64")}`;

export type Charge = Readonly<{
  id: string;
  idempotency_key: string;
  reference: string | null;
  status: string;
  captured: string;
  refunded: string;
}>;
export type TestApiKey = Readonly<{ id: string; secret: string; merchantId: MerchantId }>;

export type PaymentWorld = Readonly<{
  database: TestDatabase;
  /** As the application's role. */
  client: DatabaseClient;
  owner: DatabaseClient;
  ring: KeyRing;
  services: (changes?: Partial<PaymentServices>) => PaymentServices;
  addMerchant: () => Promise<MerchantId>;
  addApiKey: (merchantId: MerchantId, changes?: Partial<typeof apiKeys.$inferInsert>) => Promise<TestApiKey>;
  addCard: (merchantId: MerchantId, number?: string) => Promise<CardId>;
  /** A call of the API as the boundary hands it on. */
  call: (merchantId: MerchantId, key: string, body: Readonly<Record<string, unknown>>) => PaymentCall;
  /** What the acquirer's own books hold. */
  charges: (filter: { reference: string } | { idempotency_key: string }) => Promise<Charge[]>;
  /** Every row of every table, as Postgres prints it; binary columns in hexadecimal. */
  dump: () => Promise<string>;
  /** What only somebody with the owner's rights does, past all of our code. */
  tamper: (statement: SQL) => Promise<void>;
  close: () => Promise<void>;
}>;

export type PaymentCall = Readonly<{ request: IdempotentRequest; order: PaymentOrder }>;

/** Nobody listens there: for tests that charge nothing. */
const NO_ACQUIRER = "http://127.0.0.1:9";

/** A database of its own, with keys, and a way to the acquirer at `acquirerUrl`. */
export async function createPaymentWorld(acquirerUrl = NO_ACQUIRER): Promise<PaymentWorld> {
  const database = await createTestDatabase();
  const client = connect(database.appUrl, { poolSize: 20, statementTimeoutMs: 10_000 });
  const owner = connect(database.ownerUrl, { poolSize: 4, statementTimeoutMs: 10_000 });
  const ring = await loadKeyRing(client, TEST_MASTER_KEY);
  const gateway = createSandboxGateway({ baseUrl: acquirerUrl });
  return {
    database,
    client,
    owner,
    ring,
    services: (changes = {}) => ({ client, ring, gateway, gatewayTimeoutMs: 5000, ...changes }),
    addMerchant: () => addMerchant(owner),
    addApiKey: (merchantId, changes = {}) => addApiKey(owner, ring, merchantId, changes),
    addCard: (merchantId, number = "4242424242424242") => addCard(client, ring, merchantId, number),
    call: (merchantId, key, body) => toCall(ring, merchantId, key, body),
    charges: async (filter) => {
      const answer = await fetch(`${acquirerUrl}/v1/charges?${new URLSearchParams(filter)}`);
      return ((await answer.json()) as { data: Charge[] }).data;
    },
    dump: () => dumpOf(owner),
    tamper: async (statement) => {
      await transact(owner, systemContext("tamperer"), (tx) => tx.execute(statement));
    },
    close: async () => {
      await Promise.all([client.close(), owner.close()]);
      await database.drop();
    },
  };
}

async function dumpOf({ db }: DatabaseClient): Promise<string> {
  const tables = await db.execute<{ name: string }>(
    sql`select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const dumps = tables.map(({ name }) =>
    db.execute<{ row: string }>(sql`select to_jsonb(t)::text as row from ${sql.raw(name)} as t`),
  );
  const rows = (await Promise.all(dumps)).flat();
  return rows.map(({ row }) => row).join("\n");
}

async function addMerchant(owner: DatabaseClient): Promise<MerchantId> {
  const id = newId("mer");
  const shop = { id, name: "Test Shop", country: "IN", timeZone: "Asia/Kolkata", vaultMode: "keep" } as const;
  await transact(owner, systemContext("test"), (tx) => tx.insert(merchants).values(shop));
  return id;
}

async function addApiKey(
  owner: DatabaseClient,
  ring: KeyRing,
  merchantId: MerchantId,
  changes: Partial<typeof apiKeys.$inferInsert>,
): Promise<TestApiKey> {
  const mode = changes.mode ?? "test";
  const [id, secret] = [newKeyId(mode), newApiSecret(mode)];
  const row = { id, merchantId, mode, name: "Test", permissions: [...API_PERMISSIONS] };
  const sealed = sealApiSecret(ring, { id, merchantId }, secret);
  await transact(owner, systemContext("test"), (tx) =>
    tx.insert(apiKeys).values({ ...row, secret: sealed, ...changes }),
  );
  return { id, secret, merchantId };
}

async function addCard(client: DatabaseClient, ring: KeyRing, merchantId: MerchantId, text: string): Promise<CardId> {
  const parsed = parseCardNumber(text);
  if (!parsed.ok) throw new Error("not a card number");
  const card = {
    scope: { merchantId, mode: "test" },
    number: parsed.number,
    ...{ expMonth: 12, expYear: 2040, customerId: null },
  } as const;
  const { body } = await tokenizeCard({ client, ring }, { ...systemContext("test"), merchantId }, null, card);
  return (JSON.parse(body) as { id: CardId }).id;
}

function toCall(
  ring: KeyRing,
  merchantId: MerchantId,
  key: string,
  body: Readonly<Record<string, unknown>>,
): PaymentCall {
  const scope = { merchantId, mode: "test" } as const;
  const [method, path] = ["POST", "/api/v1/payments"];
  const fingerprint = requestFingerprint(ring, [merchantId, "test", method, path], body);
  return { request: { ...scope, key, method, path, fingerprint }, order: { ...paymentInput.parse(body), scope } };
}
