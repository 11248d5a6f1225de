import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { AppError, fieldError } from "@/lib/errors/app-error";
import { type KeyMode, newKeyId } from "@/lib/ids/key-id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import { GRACE_SECONDS, type NewApiKey } from "./api-key-input";
import * as store from "./api-key-store";
import { newApiSecret, sealApiSecret } from "./api-secret";

export type KeyServices = Readonly<{ client: DatabaseClient; ring: KeyRing }>;

/** Who does it, as an `action` has them. */
export type KeyManager = Readonly<{ session: CurrentSession; context: AuditContext }>;

/** The secret is shown this once: it is not to be had again. */
export type ShownSecret = Readonly<{ id: string; secret: string }>;

/** A merchant's keys, without their secrets. */
export function listApiKeys(client: DatabaseClient, { merchant }: CurrentSession): Promise<store.ApiKeyView[]> {
  return store.listKeyRows(client.db, merchant.id);
}

/**
 * Makes a key, after a proof for exactly these powers (ASVS 7.5.3). `modes` are those the acquirer offers. Throws 422 for another
 * and StepUpRequired.
 */
export async function createApiKey(
  { client, ring, modes }: KeyServices & Readonly<{ modes: readonly KeyMode[] }>,
  { session, context }: KeyManager,
  input: NewApiKey,
): Promise<ShownSecret> {
  const { mode, name, permissions, ipAllowList, expiresInDays } = input;
  if (!modes.includes(mode)) throw fieldError("/mode", "field_invalid", `There is no ${mode} mode with this acquirer.`);
  const merchantId = session.merchant.id;
  return transact(client, context, async (tx) => {
    const expiry = expiresInDays === null ? "without an end" : `for ${expiresInDays} days`;
    await requireStepUp(tx, session, {
      purpose: "api_key.create",
      binds: {
        ...{ name, mode, expiry },
        permissions: permissions.join(" "),
        addresses: ipAllowList?.join(" ") ?? "any",
      },
      description: `Create the ${mode} key “${name}”, ${expiry}: ${permissions.join(", ")}`,
    });
    const id = newKeyId(mode);
    const secret = newApiSecret(mode);
    await store.insertKey(tx, {
      ...{ id, merchantId, mode, name, permissions, ipAllowList, expiresInDays },
      secret: sealApiSecret(ring, { id, merchantId }, secret),
    });
    return { id, secret };
  });
}

/**
 * Gives a key a new secret, after a proof. The one before stays good for the grace, and one before that ends at once: two at most.
 * Throws 404, 409 for a key that has ended, and StepUpRequired.
 */
export function rotateApiKey(
  { client, ring }: KeyServices,
  { session, context }: KeyManager,
  { id, grace }: Readonly<{ id: string; grace: keyof typeof GRACE_SECONDS }>,
): Promise<ShownSecret> {
  const merchantId = session.merchant.id;
  return transact(client, context, async (tx) => {
    const { name, mode } = await ownActiveKey(tx, session, id);
    await requireStepUp(tx, session, {
      purpose: "api_key.rotate",
      binds: { key: id, grace },
      description: `Give the ${mode} key “${name}” a new secret`,
    });
    const secret = newApiSecret(mode);
    const sealed = sealApiSecret(ring, { id, merchantId }, secret);
    if (!(await store.replaceSecret(tx, { merchantId, id }, sealed, GRACE_SECONDS[grace]))) throw hasEnded();
    return { id, secret };
  });
}

/** Ends the grace at once: only the newest secret is good from here on. Throws 404, and 409 where there is no other. */
export function endPreviousSecret(client: DatabaseClient, { session, context }: KeyManager, id: string): Promise<void> {
  return transact(client, context, async (tx) => {
    if (await store.dropPreviousSecret(tx, session.merchant.id, id)) return;
    await ownActiveKey(tx, session, id);
    throw new AppError("invalid_state", "This key has one secret. There is nothing to end.");
  });
}

/** Ends a key for good, from the next request on. It asks for no proof: whoever sees a key misused is to be quick. Throws 404. */
export function revokeApiKey(client: DatabaseClient, { session, context }: KeyManager, id: string): Promise<void> {
  return transact(client, context, async (tx) => {
    if (await store.revokeKey(tx, session.merchant.id, id)) return;
    // Whoever presses twice has it revoked.
    if ((await store.findOwnKey(tx, session.merchant.id, id)) === null) throw noSuchKey();
  });
}

async function ownActiveKey(tx: Transaction, { merchant }: CurrentSession, id: string): Promise<store.ApiKeyView> {
  const key = await store.findOwnKey(tx, merchant.id, id);
  if (key === null) throw noSuchKey();
  if (key.state !== "active") throw hasEnded();
  return key;
}

function noSuchKey(): AppError {
  return new AppError("not_found", "There is no such key. Reload the page.");
}

function hasEnded(): AppError {
  return new AppError("invalid_state", "This key has expired or been revoked. Create a new one.");
}
