import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKeys, auditEntries } from "@/db/schema";
import { databaseErrorCode, transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { AppError } from "@/lib/errors/app-error";
import { StepUpRequired } from "@/lib/step-up/demand";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { apiKeyInput, type NewApiKey } from "./api-key-input";
import { findApiKey } from "./api-key-store";
import { openApiSecret } from "./api-secret";
import { keyModes } from "./key-modes";
import { createApiKey, endPreviousSecret, listApiKeys, revokeApiKey, rotateApiKey } from "./manage-keys";

let world: SignInWorld;
let person: SignedIn;
let stranger: SignedIn;

beforeAll(async () => {
  world = await createSignInWorld();
  person = await signedIn(world, await world.addUser());
  stranger = await signedIn(world, await world.addUser());
});
afterAll(() => world.close());

const read = (changes: Record<string, unknown> = {}) =>
  apiKeyInput.parse({
    ...{ name: "Shop", mode: "test", permissions: ["payments:read"], ipAllowList: [], expiresInDays: null },
    ...changes,
  });
const make = (input: NewApiKey, by = person) => createApiKey({ ...world, modes: ["test"] }, by, input);
const rotate = (id: string, grace: "none" | "hour" | "day" | "week", by = person) =>
  rotateApiKey(world, by, { id, grace });

/** Gives the proof that an act asks for, and acts. */
async function proven<T>(act: () => Promise<T>, by = person): Promise<T> {
  const asked = await act().catch((thrown: unknown) => thrown);
  if (!(asked instanceof StepUpRequired)) throw new Error("no proof was asked for");
  await grant(world, by, asked.demand);
  return act();
}

const codeOf = (act: Promise<unknown>) =>
  act.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : databaseErrorCode(error)),
  );

/** The secrets that are good now, as a request's check has them. */
async function secretsOf(id: string): Promise<string[] | null> {
  const { key } = await findApiKey(world.client.db, id);
  if (key === null) return null;
  return [key.secret, key.previousSecret]
    .filter((sealed) => sealed !== null)
    .map((sealed) => openApiSecret(world.ring, key, sealed));
}

async function viewOf(id: string) {
  return (await listApiKeys(world.client, person.session)).find((key) => key.id === id);
}

describe("api-key.create", () => {
  it("asks for a proof of exactly these powers, and shows the secret once", async () => {
    const input = read({ ipAllowList: ["203.0.113.9/24"], expiresInDays: 30 });
    const { id, secret } = await proven(() => make(input));
    expect(id).toMatch(/^key_test_/);
    expect(await secretsOf(id)).toEqual([secret]);
    const view = await viewOf(id);
    expect(view).toMatchObject({
      ...{ name: "Shop", mode: "test", state: "active", permissions: ["payments:read"], lastUsedAt: null },
      ...{ ipAllowList: ["203.0.113.0/24"], previousSecretUntil: null },
    });
    expect(Number(view?.expiresAt) - Number(view?.createdAt)).toBeCloseTo(30 * 86_400_000, -4);
    expect(JSON.stringify(view)).not.toContain(secret);
    const entries = await world.owner.db.select().from(auditEntries).where(eq(auditEntries.resourceId, id));
    expect(entries).toMatchObject([{ action: "api_key.created", actorId: person.user.userId }]);
    expect(entries[0]?.newValues).toMatchObject({ secret: "[masked]" });
  });

  it.each([
    { permissions: ["payments:read", "refunds:write"] },
    { ipAllowList: ["0.0.0.0/0"] },
    { expiresInDays: 3650 },
    { name: "Other" },
  ])("api-key.bound-proof: a proof for one key does not make another: %j", async (changes) => {
    const input = read({ ipAllowList: ["203.0.113.9"], expiresInDays: 1 });
    const asked = await make(input).catch((thrown: unknown) => thrown);
    if (!(asked instanceof StepUpRequired)) throw new Error("no proof was asked for");
    await grant(world, person, asked.demand);
    const more = read({ ipAllowList: ["203.0.113.9"], expiresInDays: 1, ...changes });
    await expect(make(more)).rejects.toBeInstanceOf(StepUpRequired);
    expect((await make(input)).id).toMatch(/^key_test_/);
    await expect(make(input)).rejects.toBeInstanceOf(StepUpRequired);
  });

  it("has live keys only where the acquirer takes real money", async () => {
    expect(keyModes({ GATEWAY: "sandbox", STRIPE_SECRET_KEY: undefined })).toEqual(["test"]);
    expect(keyModes({ GATEWAY: "stripe", STRIPE_SECRET_KEY: "sk_test_0123456789" })).toEqual(["test"]);
    expect(keyModes({ GATEWAY: "stripe", STRIPE_SECRET_KEY: "rk_live_0123456789" })).toEqual(["test", "live"]);
    expect(await codeOf(make(read({ mode: "live" })))).toBe("field_invalid");
  });

  it.each([
    { permissions: [] },
    { permissions: ["payments:everything"] },
    { name: " " },
    { name: "4242 4242 4242 4242" },
    { expiresInDays: 0 },
    { mode: "demo" },
    { ipAllowList: ["example.com"] },
    { merchantId: "mer_x" },
  ])("refuses %j", (changes) => {
    expect(() => read(changes)).toThrow();
  });
});

describe("api-key.rotate", () => {
  it("two secrets are good for the grace, never three, and one when it is ended", async () => {
    const { id, secret: first } = await proven(() => make(read()));
    const { secret: second } = await proven(() => rotate(id, "day"));
    expect(await secretsOf(id)).toEqual([second, first]);
    expect(Number((await viewOf(id))?.previousSecretUntil) - Date.now()).toBeGreaterThan(86_000_000);
    const { secret: third } = await proven(() => rotate(id, "week"));
    expect(await secretsOf(id)).toEqual([third, second]);
    await endPreviousSecret(world.client, person, id);
    expect(await secretsOf(id)).toEqual([third]);
    expect(await codeOf(endPreviousSecret(world.client, person, id))).toBe("invalid_state");
    const { secret: fourth } = await proven(() => rotate(id, "none"));
    expect(await secretsOf(id)).toEqual([fourth]);
  });

  it("two at once with one proof: one rotates", async () => {
    const { id } = await proven(() => make(read()));
    const asked = await rotate(id, "hour").catch((thrown: unknown) => thrown);
    if (!(asked instanceof StepUpRequired)) throw new Error("no proof was asked for");
    await grant(world, person, asked.demand);
    const outcomes = await Promise.allSettled([rotate(id, "hour"), rotate(id, "hour")]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("api-key.revoke", () => {
  it("ends a key at once and for good, without a proof, and twice is once", async () => {
    const { id } = await proven(() => make(read()));
    await revokeApiKey(world.client, person, id);
    const revokedAt = (await viewOf(id))?.revokedAt;
    await revokeApiKey(world.client, person, id);
    expect(await secretsOf(id)).toBeNull();
    expect(await viewOf(id)).toMatchObject({ state: "revoked", revokedAt });
    expect(await codeOf(rotate(id, "day"))).toBe("invalid_state");
    const revive = transact(world.owner, person.context, (tx) =>
      tx.update(apiKeys).set({ revokedAt: null }).where(eq(apiKeys.id, id)),
    );
    expect(await codeOf(revive)).toBe("23514");
    const used = transact(world.client, person.context, (tx) =>
      tx.update(apiKeys).set({ lastUsedAt: sql`now()` }).where(eq(apiKeys.id, id)),
    );
    expect(await codeOf(used)).toBeNull();
  });

  it("an expired key is not rotated", async () => {
    const { id } = await proven(() => make(read({ expiresInDays: 1 })));
    await transact(world.owner, person.context, (tx) =>
      tx.update(apiKeys).set({ expiresAt: sql`now() - interval '1 second'` }).where(eq(apiKeys.id, id)),
    );
    expect(await viewOf(id)).toMatchObject({ state: "expired" });
    expect(await codeOf(rotate(id, "day"))).toBe("invalid_state");
  });
});

describe("api-key.own: the attack is the id of another merchant's key", () => {
  it("it is not to be seen, rotated, revoked or touched", async () => {
    const { id } = await proven(() => make(read()));
    expect(await listApiKeys(world.client, stranger.session)).toEqual([]);
    for (const known of [id, "key_test_00000000000000000000000000", ""]) {
      expect(await codeOf(rotate(known, "none", stranger))).toBe("not_found");
      expect(await codeOf(revokeApiKey(world.client, stranger, known))).toBe("not_found");
      expect(await codeOf(endPreviousSecret(world.client, stranger, known))).toBe("not_found");
    }
    expect(await viewOf(id)).toMatchObject({ state: "active" });
  });
});
