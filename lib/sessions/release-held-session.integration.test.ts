import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuditContext, systemContext } from "@/db/audit-context";
import { merchants } from "@/db/schema";
import { transact } from "@/db/transact";
import { proveCode } from "@/lib/auth/second-factor/prove-code";
import { codeOf, createSignInWorld, type SignInWorld, wrongCodeOf } from "@/lib/auth/testing/sign-in-world";
import { newId } from "@/lib/ids/id";
import { releaseHeldSession } from "./release-held-session";
import { resolveFrom } from "./resolve-from";

const ORIGIN = { ip: "198.51.100.9", userAgent: "Test", requestId: null };
const ELSEWHERE = { ...ORIGIN, deviceId: newId("dev") };

describe("releaseHeldSession", () => {
  let world: SignInWorld;
  beforeAll(async () => {
    world = await createSignInWorld();
  });
  afterAll(() => world.close());

  /** A session of a `step_up` merchant's user, used from elsewhere. */
  async function held() {
    const user = await world.addUser();
    const { userId, merchantId } = user;
    const token = await transact(world.owner, systemContext("test"), async (tx) => {
      await tx.update(merchants).set({ ipPolicy: "step_up" }).where(eq(merchants.id, merchantId));
      const who = {
        userId,
        merchantId,
        ip: "192.0.2.7",
        userAgent: "Test",
        deviceId: newId("dev"),
        method: "totp",
      } as const;
      return (await world.sessions.create(tx, { ...who, replacesToken: null })).token;
    });
    const deps = { client: world.client, sessions: world.sessions };
    const session = await resolveFrom(deps, token, ELSEWHERE);
    if (!session?.heldAt) throw new Error("it is not held");
    const context: AuditContext = { actor: { type: "user", id: userId }, merchantId, ...ORIGIN };
    const by = (code: string) =>
      releaseHeldSession(deps, {
        ...{ session, context, deviceId: ELSEWHERE.deviceId },
        method: "totp",
        prove: (tx, subject) =>
          proveCode(tx, { ring: world.ring, lockoutSeconds: 900, context }, user, "totp", code, {
            scope: "session",
            subject,
          }),
      });
    return { user, token, session, by, use: (given: string) => resolveFrom(deps, given, ELSEWHERE) };
  }

  it("a right code moves the session to its new address and browser, under a new token", async () => {
    const { user, token, session, by, use } = await held();
    const outcome = await by(codeOf(user));
    if (outcome.kind !== "released") throw new Error(outcome.kind);
    expect(await use(token)).toBeNull();
    const { sessionId } = session;
    for (let uses = 0; uses < 2; uses += 1) {
      expect(await use(outcome.token)).toMatchObject({
        sessionId,
        heldAt: null,
        ip: ELSEWHERE.ip,
        deviceId: ELSEWHERE.deviceId,
      });
    }
  });

  it("the attack is to guess: three tries are looked at, and then the right code is not", async () => {
    const { user, token, by, use } = await held();
    expect((await by("12 34")).kind).toBe("malformed");
    for (let round = 0; round < 3; round += 1) expect((await by(wrongCodeOf(user))).kind).toBe("refused");
    expect((await by(codeOf(user))).kind).toBe("refused");
    expect((await use(token))?.heldAt).toBeInstanceOf(Date);
  });

  it("the attack is an old authenticator, after the merchant has forbidden them", async () => {
    const { user, token, by, use } = await held();
    await transact(world.owner, systemContext("test"), (tx) =>
      tx
        .update(merchants)
        .set({ allowedFactors: ["passkey"] })
        .where(eq(merchants.id, user.merchantId)),
    );
    expect((await by(codeOf(user))).kind).toBe("refused");
    expect((await use(token))?.heldAt).toBeInstanceOf(Date);
  });

  it("one that was ended meanwhile is not revived by a right code", async () => {
    const { user, token, by, use } = await held();
    await transact(world.client, systemContext("test"), (tx) =>
      world.sessions.end(tx, { token }, "revoked", user.userId),
    );
    await expect(by(codeOf(user))).rejects.toThrow("has ended");
    expect(await use(token)).toBeNull();
  });
});
