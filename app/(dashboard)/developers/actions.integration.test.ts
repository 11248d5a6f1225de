import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listApiKeys } from "@/lib/api-keys/manage-keys";
import { type ActionDesk, openActionDesk } from "@/lib/boundary/testing/action-desk";
import { momentsAt } from "@/lib/calendar/local-moment-store";
import { newId } from "@/lib/ids/id";
import type { SignedIn } from "@/lib/step-up/testing/step-up-desk";
import { createKey, endOldSecret, revokeKey, rotateKey } from "./key-actions";
import { addEndpoint, enableAgain, removeEndpoint, replayRange, rotateEndpoint, sendAgain } from "./webhook-actions";

let desk: ActionDesk;

beforeAll(async () => {
  desk = await openActionDesk();
});
afterAll(() => desk.close());

const KEY = { name: "Shop", mode: "test", permissions: ["payments:read"], addresses: "", expiresInDays: "30" };

/** A key of the person's, made with a proof. */
async function keyOf(person: SignedIn): Promise<{ id: string; secret: string }> {
  const asked = await desk.as(person, () => createKey(KEY));
  if (asked.kind !== "step_up") throw new Error(`it was made without a proof: ${asked.kind}`);
  await desk.prove(person, asked.stepUpId);
  const made = await desk.as(person, () => createKey(KEY));
  if (made.kind !== "secret") throw new Error(`it was not made: ${JSON.stringify(made)}`);
  return made;
}

/** An endpoint of the person's, at an address that needs no name server. */
async function endpointOf(person: SignedIn): Promise<string> {
  const made = await desk.as(person, () => addEndpoint({ url: "https://1.1.1.1/hook", events: ["*"] }));
  if (made.kind === "secret") return made.id;
  throw new Error(`it was not made: ${JSON.stringify(made)}`);
}

const RANGE = { from: "2026-01-01T00:00", to: "2026-01-02T00:00" };

describe("developers.by-hand", () => {
  it("one proof makes one key, and its secret is told once", async () => {
    const person = await desk.person("developer");
    const { id, secret } = await keyOf(person);
    expect((await desk.as(person, () => createKey(KEY))).kind).toBe("step_up");
    const keys = await listApiKeys(desk.world.client, person.session);
    expect(keys.map((key) => key.id)).toEqual([id]);
    expect(JSON.stringify(keys)).not.toContain(secret);
  });

  it.each([
    [{ name: " " }, "name"],
    [{ name: "4242 4242 4242 4242" }, "name"],
    [{ permissions: [] }, "permissions"],
    [{ permissions: ["everything"] }, "permissions"],
    [{ addresses: "10.0.0.1\n\n10.0.0.300" }, "ipAllowList"],
    [{ expiresInDays: "soon" }, "expiresInDays"],
    [{ mode: "live" }, "mode"],
  ])("what is wrong with %j is told beside its field", async (changes, field) => {
    const person = await desk.person("admin");
    const answer = await desk.as(person, () => createKey({ ...KEY, ...changes }));
    expect(answer).toMatchObject({ kind: "invalid", field });
  });

  it.each(["operator", "viewer"] as const)("the attack is a call by the %s, who has no such page", async (role) => {
    const person = await desk.person(role);
    const refused = { kind: "refused", message: "Your role may not do this." };
    const id = newId("whk");
    const acts: (() => Promise<unknown>)[] = [
      () => createKey(KEY),
      () => rotateKey({ id: newId("key_test"), grace: "day" }),
      () => revokeKey({ id: newId("key_test") }),
      () => endOldSecret({ id: newId("key_test") }),
      () => addEndpoint({ url: "https://1.1.1.1/", events: ["*"] }),
      ...[rotateEndpoint, removeEndpoint, enableAgain].map((act) => () => act({ id })),
      () => sendAgain({ id: newId("whd") }),
      () => replayRange({ id, ...RANGE }),
    ];
    for (const act of acts) expect(await desk.as(person, act)).toEqual(refused);
  });

  it("another merchant's key and endpoint are none that ever were", async () => {
    const [person, stranger] = [await desk.person(), await desk.person()];
    const [{ id: keyId }, id] = [await keyOf(person), await endpointOf(person)];
    const noKey = { kind: "refused", message: "There is no such key. Reload the page." };
    expect(await desk.as(stranger, () => rotateKey({ id: keyId, grace: "none" }))).toEqual(noKey);
    expect(await desk.as(stranger, () => revokeKey({ id: keyId }))).toEqual(noKey);
    expect(await desk.as(stranger, () => endOldSecret({ id: keyId }))).toEqual(noKey);
    const noEndpoint = { kind: "refused", message: "There is no such webhook endpoint." };
    const acts: ((one: { id: string }) => Promise<unknown>)[] = [rotateEndpoint, removeEndpoint, enableAgain];
    for (const act of acts) expect(await desk.as(stranger, () => act({ id }))).toEqual(noEndpoint);
    expect(await desk.as(stranger, () => replayRange({ id, ...RANGE }))).toEqual(noEndpoint);
    const noDelivery = { kind: "refused", message: "There is no such webhook delivery." };
    expect(await desk.as(stranger, () => sendAgain({ id: newId("whd") }))).toEqual(noDelivery);
    expect(await desk.as(person, () => revokeKey({ id: keyId }))).toEqual({ kind: "done" });
    expect(await desk.as(person, () => removeEndpoint({ id }))).toEqual({ kind: "done" });
  });

  it("a time is replayed as the merchant's clock has it", async () => {
    const person = await desk.person();
    const id = await endpointOf(person);
    await desk.tell(person, "card.deleted");
    const clock = (minutes: number) =>
      new Date(Date.now() + minutes * 60_000)
        .toLocaleString("sv", { timeZone: person.session.merchant.timeZone })
        .replace(" ", "T")
        .slice(0, 16);
    const replay = (from: string, to: string) => desk.as(person, () => replayRange({ id, from, to }));
    expect(await replay(clock(-60), clock(60))).toMatchObject({ notice: "One event is being sent once more." });
    expect(await replay(clock(-120), clock(-60))).toMatchObject({ kind: "changed", notice: /^There were no events/ });
    expect(await replay(clock(60), clock(-60))).toMatchObject({ kind: "invalid", field: "to" });
    expect(await replay("", clock(60))).toMatchObject({ kind: "invalid", field: "from" });
    expect(await replay("2026-02-30T00:00", clock(60))).toMatchObject({ kind: "invalid", field: "from" });
    const readings = ["2026-07-01T12:00", "2026-12-01T12:00"];
    expect(await momentsAt(desk.world.client.db, "Europe/Berlin", readings)).toEqual([
      new Date("2026-07-01T10:00Z"),
      new Date("2026-12-01T11:00Z"),
    ]);
  });
});
