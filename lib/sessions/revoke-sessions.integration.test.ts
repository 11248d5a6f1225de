import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries } from "@/db/schema";
import { REPEATED } from "@/lib/audit/record-repeated";
import { createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { newId } from "@/lib/ids/id";
import { signedIn } from "@/lib/step-up/testing/step-up-desk";
import { revokeSession } from "./revoke-sessions";

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

describe("revoking a session", () => {
  it("audit.bounded: the attack is to fill the trail with sessions that are somebody else's or never were", async () => {
    const [person, stranger] = [
      await signedIn(world, await world.addUser()),
      await signedIn(world, await world.addUser()),
    ];
    expect(await revokeSession(world, person, stranger.session.sessionId)).toBe("unknown");
    for (let round = 0; round < REPEATED.limit + 5; round += 1) {
      expect(await revokeSession(world, person, newId("ses"))).toBe("unknown");
    }
    const { merchantId } = person.user;
    const entries = await world.owner.db.select().from(auditEntries).where(eq(auditEntries.merchantId, merchantId));
    const refused = entries.filter(({ action }) => action === "session.revoke_refused");
    expect(refused).toHaveLength(REPEATED.limit);
    expect(refused.map(({ resourceId }) => resourceId)).toContain(stranger.session.sessionId);
    expect(await world.sessions.resolve(stranger.token)).not.toBeNull();
    expect(await revokeSession(world, person, person.session.sessionId)).toBe("revoked");
  });
});
