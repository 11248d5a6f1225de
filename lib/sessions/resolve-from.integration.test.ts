import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { connect } from "@/db/client";
import { merchants } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld, TEST_LIMITS, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { type DeviceId, newId } from "@/lib/ids/id";
import { startCountingProxy } from "@/scripts/bench/counting-proxy";
import { noteDoubledCookie, noteRefusedToken } from "./note-refused-token";
import { postgresSessionStore } from "./postgres-session-store";
import { resolveFrom } from "./resolve-from";
import type { IpPolicy } from "./session-store";

const HOME = "192.0.2.7";
const ELSEWHERE = "198.51.100.9";

describe("resolveFrom, by the merchant's policy", () => {
  let world: SignInWorld;
  beforeAll(async () => {
    world = await createSignInWorld();
  });
  afterAll(() => world.close());

  async function signedIn(ipPolicy: IpPolicy, ip: string | null = HOME, deviceId: DeviceId | null = null) {
    const user = await world.addUser();
    const { userId, merchantId } = user;
    const token = await transact(world.owner, systemContext("test"), async (tx) => {
      await tx.update(merchants).set({ ipPolicy }).where(eq(merchants.id, merchantId));
      const who = { userId, merchantId, ip, userAgent: "Test", deviceId, method: "totp" } as const;
      return (await world.sessions.create(tx, { ...who, replacesToken: null })).token;
    });
    const deps = { client: world.client, sessions: world.sessions };
    const from = (address: string | null) => ({ ip: address, userAgent: "Test", requestId: null });
    return {
      user,
      token,
      use: (address: string | null, device: DeviceId | null = deviceId) =>
        resolveFrom(deps, token, { ...from(address), deviceId: device }),
      refuse: (given = token) => noteRefusedToken(deps, given, from(ELSEWHERE)),
      refuseDoubled: (...given: string[]) => noteDoubledCookie(deps, given, from(ELSEWHERE)),
      rotate: () => rotate(user, token),
      entries: () => entriesOf(merchantId),
    };
  }

  async function rotate({ userId, merchantId }: TestUser, token: string): Promise<string> {
    const named = await world.sessions.findNamed(token);
    const actor = { type: "user", id: userId } as const;
    const context = { ...systemContext("test"), actor, merchantId };
    const fresh = named && (await transact(world.client, context, (tx) => world.sessions.rotate(tx, named.sessionId)));
    if (!fresh) throw new Error("there is no live session to rotate");
    return fresh;
  }

  async function entriesOf(merchantId: string): Promise<string[]> {
    const rows = await world.owner.pool<{ entry: string }[]>`
      select concat_ws(' ', action, actor_type, new_values ->> 'ip', new_values ->> 'ended_reason', new_values ->> 'reason') as entry
        from audit_entries where merchant_id = ${merchantId} and resource_type = 'session' and action <> 'session.created' order by id`;
    return rows.map(({ entry }) => entry);
  }

  it("log: lets it be used, moves it, and leaves one entry, also when ten requests come at once", async () => {
    const { use, entries } = await signedIn("log");
    const all = await Promise.all(Array.from({ length: 10 }, () => use(ELSEWHERE)));
    expect(all.map((session) => session?.ip)).toEqual(all.map(() => ELSEWHERE));
    expect(all.every((session) => session?.heldAt === null)).toBe(true);
    expect(await entries()).toEqual([`session.updated user ${ELSEWHERE}`]);
    await use(ELSEWHERE);
    expect(await entries()).toHaveLength(1);
  });

  it("step_up: the attack is to go on with a stolen cookie, from the thief's address or from the owner's", async () => {
    const { use, entries } = await signedIn("step_up");
    expect((await use(HOME))?.heldAt).toBeNull();
    expect((await use(ELSEWHERE))?.heldAt).toBeInstanceOf(Date);
    expect((await use(HOME))?.heldAt).toBeInstanceOf(Date);
    expect((await use(ELSEWHERE))?.ip).toBe(HOME);
    expect(await entries()).toEqual(["session.updated system"]);
  });

  it("revoke: the attack is to use a stolen cookie once more before anybody notices", async () => {
    const { use, refuse, entries } = await signedIn("revoke");
    const all = await Promise.all(Array.from({ length: 5 }, () => use(ELSEWHERE)));
    expect(all).toEqual(all.map(() => null));
    expect(await use(HOME)).toBeNull();
    await refuse();
    expect(await entries()).toEqual(["session.ended system address_changed", "session.refused user address_changed"]);
  });

  describe("by another browser: the attack is to use a stolen session cookie from the owner's own network", () => {
    const [OWN, OTHER] = [newId("dev"), newId("dev")];

    it("log: is let on, and leaves one entry a minute; the session stays bound to its own browser", async () => {
      const { use, entries } = await signedIn("log", HOME, OWN);
      expect((await use(HOME))?.deviceId).toBe(OWN);
      expect(await entries()).toEqual([]);
      const all = await Promise.all([OTHER, null, OTHER, null].map((device) => use(HOME, device)));
      expect(all.map((session) => session?.deviceId)).toEqual(all.map(() => OWN));
      expect(all.every((session) => session?.heldAt === null)).toBe(true);
      expect(await entries()).toEqual(["session.other_device user"]);
    });

    it.each([OTHER, null])("step_up: holds it (%s), for the thief and for its owner", async (device) => {
      const { use, entries } = await signedIn("step_up", HOME, OWN);
      expect((await use(HOME))?.heldAt).toBeNull();
      expect((await use(HOME, device))?.heldAt).toBeInstanceOf(Date);
      expect((await use(HOME))?.heldAt).toBeInstanceOf(Date);
      await use(HOME, device);
      expect(await entries()).toEqual(["session.updated system", "session.other_device system"]);
    });

    it("at home it costs the one round trip of the look-up", async () => {
      const { token } = await signedIn("revoke", HOME, OWN);
      const proxy = await startCountingProxy(world.appUrl);
      const client = connect(proxy.url, { poolSize: 1, statementTimeoutMs: 3000 });
      const deps = { client, sessions: postgresSessionStore(client.db, TEST_LIMITS) };
      const from = { ip: HOME, userAgent: "Test", requestId: null, deviceId: OWN };
      const costs = [];
      for (let use = 0; use < 5; use += 1) {
        const before = proxy.counts().roundTrips;
        expect(await resolveFrom(deps, token, from)).not.toBeNull();
        costs.push(proxy.counts().roundTrips - before);
      }
      // What travels together may arrive in two pieces and be counted twice.
      expect(Math.min(...costs)).toBe(1);
      await client.close();
      proxy.close();
    });

    it.each([OTHER, null])("revoke: ends it (%s)", async (device) => {
      const { use, refuse, entries } = await signedIn("revoke", HOME, OWN);
      expect(await use(HOME, OWN)).not.toBeNull();
      expect(await use(HOME, device)).toBeNull();
      expect(await use(HOME, OWN)).toBeNull();
      expect(await refuse()).toBe("device_changed");
      expect(await entries()).toEqual(["session.ended system device_changed", "session.refused user device_changed"]);
    });

    it("a session that began without a browser's cookie is held to none", async () => {
      const { use } = await signedIn("revoke", HOME, null);
      for (const device of [OTHER, null, OWN]) expect(await use(HOME, device)).not.toBeNull();
    });
  });

  it("an IPv6 device that changes the last half of its address stays where it is; another /64 is elsewhere", async () => {
    const { use } = await signedIn("revoke", "2001:db8:1:2::1");
    expect(await use("2001:db8:1:2:aaaa:bbbb:cccc:dddd")).not.toBeNull();
    expect(await use("2001:db8:1:3::1")).toBeNull();
  });

  it("a request without an address is not at the session's", async () => {
    const { use } = await signedIn("revoke");
    expect(await use(null)).toBeNull();
  });

  it("session.refused: a dead cookie leaves an entry with the reason, once a minute; a made-up one leaves none", async () => {
    const { token, user, refuse, entries } = await signedIn("log");
    await refuse();
    expect(await entries()).toEqual([]);
    const context = { ...systemContext("test"), actor: { type: "user", id: user.userId } } as const;
    await transact(world.client, context, (tx) => world.sessions.end(tx, { token }, "signed_out", user.userId));
    await Promise.all(Array.from({ length: 5 }, () => refuse()));
    await refuse("A".repeat(43));
    await refuse(token.slice(0, -1));
    expect(await entries()).toEqual(["session.ended user signed_out", "session.refused user signed_out"]);
  });

  it("session.refused.rotated: the attack is to use the token from before the last proof, again and again", async () => {
    const { token, use, refuse, rotate, entries } = await signedIn("log");
    const fresh = await rotate();
    expect(await use(HOME)).toBeNull();
    const told = await Promise.all(Array.from({ length: 5 }, () => refuse(token)));
    expect(told).toEqual(told.map(() => "rotated"));
    expect(await entries()).toEqual(["session.updated user", "session.refused user rotated"]);
    // It is refused, and the session goes on under its new token.
    expect(await world.sessions.resolve(fresh)).not.toBeNull();
  });

  it("session.refused.doubled: the attack is a second session cookie that is planted beside the first, or one value twice", async () => {
    const [victim, planted] = [await signedIn("log"), await signedIn("log")];
    await victim.refuseDoubled(victim.token, "made-up", planted.token);
    await victim.refuseDoubled(victim.token, planted.token);
    for (const { entries } of [victim, planted]) expect(await entries()).toEqual(["session.refused user doubled"]);
    const once = await signedIn("log");
    await once.refuse(once.token + once.token);
    expect(await once.entries()).toEqual(["session.refused user doubled"]);
    for (const { token } of [victim, planted, once]) expect(await world.sessions.resolve(token)).not.toBeNull();
    // Of a header full of them three are looked at.
    const late = await signedIn("log");
    await late.refuseDoubled("a", "b", "c", late.token);
    expect(await late.entries()).toEqual([]);
  });

  it("log.bounded: the attack is to fill the trail by a session that flips between two addresses", async () => {
    const { use, entries } = await signedIn("log");
    for (let round = 0; round < 10; round += 1) {
      expect((await use(round % 2 ? HOME : ELSEWHERE))?.heldAt).toBeNull();
    }
    expect(await entries()).toEqual([`session.updated user ${ELSEWHERE}`]);
    // A minute later.
    await world.owner.pool`update rate_limit_hits set at = at - interval '61 seconds'`;
    expect((await use(HOME))?.ip).toBe(HOME);
    expect(await entries()).toHaveLength(2);
  });
});
