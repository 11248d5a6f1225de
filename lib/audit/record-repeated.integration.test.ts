import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { proveCode } from "@/lib/auth/second-factor/prove-code";
import { APP_URL, createSignInWorld, type SignInWorld, wrongCodeOf } from "@/lib/auth/testing/sign-in-world";
import { confirmAuthenticator } from "@/lib/factors/authenticator";
import { confirmSentCode } from "@/lib/factors/sent-codes";
import { newId } from "@/lib/ids/id";
import { finishOwnPasskey } from "@/lib/passkeys/own-passkeys";
import { provePasskey } from "@/lib/passkeys/prove-passkey";
import { recoveryDesk } from "@/lib/recovery/testing/recovery-desk";
import { releaseHeldSession } from "@/lib/sessions/release-held-session";
import { finishSetup } from "@/lib/setup/finish-setup";
import { confirmStepUp } from "@/lib/step-up/confirm-step-up";
import { openStepUp } from "@/lib/step-up/open-step-up";
import { type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { REPEATED, recordRepeated } from "./record-repeated";

const FLOOD = REPEATED.limit + 10;

let world: SignInWorld;
let person: SignedIn;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  person = await signedIn(world, await world.addUser());
});

const flood = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: FLOOD }, work));

/** How many entries of an action its merchant has, by reason. */
async function noted(action: string, merchantId: string | null = person.user.merchantId) {
  const rows = await world.owner.db.execute<{ reason: string; count: number }>(sql`
    select new_values ->> 'reason' as reason, count(*)::int as count from audit_entries
     where action = ${action} and merchant_id is not distinct from ${merchantId} group by 1 order by 1`);
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

describe("audit.bounded: the attack is to fill the trail with refusals that cost nothing", () => {
  it("each action, reason and person has a bound of its own, also when they come at once", async () => {
    const context = systemContext("test");
    const record = (reason: string, by: string) =>
      transact(world.client, context, (tx) => {
        const about = { resourceType: "user", resourceId: by, details: { reason } } as const;
        return recordRepeated(tx, context, { action: "test.refused", outcome: "denied", ...about }, by);
      });
    await flood(() => record("malformed", "one"));
    await record("wrong", "one");
    await record("malformed", "two");
    expect(await noted("test.refused", null)).toEqual({ malformed: REPEATED.limit + 1, wrong: 1 });
  });

  it("of a step-up: what is malformed or gone hides no wrong code", async () => {
    const { context, session, user } = person;
    const demand = { purpose: "password.change", binds: {}, description: "Change your password" } as const;
    const { stepUpId: asked } = await openStepUp(world.client, context, session, demand);
    const deps = { ring: world.ring, lockoutSeconds: 900, context };
    const confirm = (stepUpId: typeof asked, code: string) =>
      confirmStepUp(world, {
        ...{ context, session, stepUpId, method: "totp" },
        prove: (tx, subject) => proveCode(tx, deps, user, "totp", code, { scope: "session", subject }),
      });
    await flood(() => confirm(asked, "12345"));
    await flood(() => confirm(newId("stp"), "123456"));
    await confirm(asked, wrongCodeOf(user));
    const { limit } = REPEATED;
    expect(await noted("step_up.refused")).toEqual({ gone: limit, malformed: limit, wrong: 1 });
  });

  it("of a step-up by a passkey", async () => {
    const { context, user } = person;
    await flood(() =>
      transact(world.client, context, (tx) =>
        provePasskey(tx, { context, appUrl: APP_URL }, user, "step_up", newId("stp"), "no answer"),
      ),
    );
    expect(await noted("step_up.passkey_refused")).toEqual({ malformed: REPEATED.limit });
  });

  it("of a held session", async () => {
    const { context, session, user } = person;
    const deps = { ring: world.ring, lockoutSeconds: 900, context };
    await flood(() =>
      releaseHeldSession(world, {
        ...{ session, context, deviceId: newId("dev"), method: "totp" },
        prove: (tx, subject) => proveCode(tx, deps, user, "totp", "12345", { scope: "session", subject }),
      }),
    );
    expect(await noted("session.release_refused")).toEqual({ malformed: REPEATED.limit });
  });

  it("of an enrolment: a code that can be none, and one for nothing that is under way", async () => {
    const { context, session } = person;
    const typed = (code: string) => ({ enrolmentId: newId("enr"), code });
    const { ring } = world;
    const both = { gone: REPEATED.limit, malformed: REPEATED.limit };
    for (const code of ["12345", "123456"]) {
      await flood(() =>
        transact(world.client, context, (tx) => confirmAuthenticator(tx, context, ring, session, typed(code))),
      );
      const desk = { ring, context, session, lockoutSeconds: 900 };
      await flood(() => transact(world.client, context, (tx) => confirmSentCode(tx, desk, "sms", typed(code))));
    }
    expect(await noted("authenticator.code_refused")).toEqual(both);
    expect(await noted("text_message.code_refused")).toEqual(both);
    await flood(() =>
      transact(world.client, context, (tx) =>
        finishOwnPasskey(tx, { context, appUrl: APP_URL }, session, { name: null, answer: "none" }),
      ),
    );
    expect(await noted("passkey.enrolment_refused")).toEqual({ malformed: REPEATED.limit });
  });

  it("of a recovery and a first run", async () => {
    const desk = recoveryDesk(world);
    const token = await desk.linkFor(person.user);
    for (let round = 0; round < FLOOD; round += 1) await desk.reset(token, { method: "totp", code: "12345" });
    expect(await noted("recovery.proof_refused")).toEqual({ malformed: REPEATED.limit });
    const origin = { ip: "192.0.2.9", userAgent: "Test", requestId: null };
    await flood(() => finishSetup(world, { token: null, code: "12345", deviceId: newId("dev"), origin }));
    expect(await noted("setup.code_refused", null)).toEqual({ malformed: REPEATED.limit });
  });
});
