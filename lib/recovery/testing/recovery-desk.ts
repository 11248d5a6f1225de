import { asc, eq } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import { auditEntries, outgoingMessages, totpFactors, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { putRecoveryCodes } from "@/lib/auth/recovery-code-store";
import { newRecoveryCodes } from "@/lib/auth/recovery-codes";
import type { Role } from "@/lib/auth/role";
import { doWorkOfLooking } from "@/lib/auth/second-factor/prove-code";
import { APP_URL, ORIGIN, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { sealTotpSecret } from "@/lib/auth/totp-secret";
import type { UserId } from "@/lib/ids/id";
import { openContent } from "@/lib/messages/message-seal";
import { testLimits } from "@/lib/rate-limit/testing/test-limits";
import { type RecoveryProof, recoveryProver } from "../prove-recovery";
import { requestReset } from "../request-reset";
import { resetPassword } from "../reset-password";

const ADDRESS_QUOTA = { limit: 100_000, windowSeconds: 600 };
export const NEW_PASSWORD = "tangerine umbrella 40";

/** Recovery as a server does it, with what it mailed and wrote down. */
export function recoveryDesk(world: SignInWorld, addressQuota = ADDRESS_QUOTA) {
  const { client, ring, sessions } = world;
  const deps = { client, ring, sessions, limits: testLimits(client.db, addressQuota), appUrl: APP_URL };
  const prove = recoveryProver({ ring, lockoutSeconds: 900, appUrl: APP_URL });

  async function mailsTo(email: string): Promise<{ kind: string; subject: string; text: string }[]> {
    const rows = await world.owner.db.select().from(outgoingMessages).orderBy(asc(outgoingMessages.createdAt));
    return rows.flatMap(({ id, merchantId, kind, sealed }) => {
      const content = openContent(ring, { merchantId, id }, sealed ?? "");
      return content.channel === "email" && content.to === email ? [{ ...content, kind }] : [];
    });
  }

  const request = (email: string) => requestReset(deps, { email, origin: ORIGIN });

  return {
    deps,
    mailsTo,
    request,
    reset: (token: string, proof: RecoveryProof, password = NEW_PASSWORD) =>
      resetPassword(
        { ...deps, prove, afterLocked: ({ method }) => doWorkOfLooking(method) },
        { token, password, proof, origin: ORIGIN },
      ),
    /** Asks for a link and reads it in the mail. */
    linkFor: async ({ email }: Pick<TestUser, "email">): Promise<string> => {
      await request(email);
      const mails = await mailsTo(email);
      return tokenIn(mails.filter(({ kind }) => kind === "password_link").at(-1)?.text);
    },
    recoveryCodesOf: async ({ userId }: Pick<TestUser, "userId">): Promise<string[]> => {
      const { shown, stored } = await newRecoveryCodes();
      await transact(world.owner, systemContext("test"), (tx) => putRecoveryCodes(tx, userId, stored));
      return shown;
    },
    auditOf: async (userId: UserId | null): Promise<string[]> => {
      const rows = await world.owner.db.select().from(auditEntries).orderBy(auditEntries.id);
      return rows.filter(({ resourceId }) => resourceId === userId).map(({ action }) => action);
    },
    /** Puts a user into another's team. */
    join: async (user: TestUser, team: TestUser, role: Role): Promise<TestUser> => {
      const { merchantId } = team;
      const { userId } = user;
      await transact(world.owner, systemContext("test"), async (tx) => {
        await tx
          .update(users)
          .set({ merchantId, role, name: `Member ${role}` })
          .where(eq(users.id, userId));
        // A secret opens under its own merchant alone.
        const secret = sealTotpSecret(ring, { merchantId, userId }, user.secret);
        await tx.update(totpFactors).set({ secret }).where(eq(totpFactors.userId, userId));
      });
      return { ...user, merchantId };
    },
  };
}

/** The token of the one link in a mail. */
export function tokenIn(text: string | undefined): string {
  const [, token] = /http:\/\/localhost:44000\/recover#(?:factors\.)?([A-Za-z0-9_-]{43})\n/.exec(text ?? "") ?? [];
  if (token === undefined) throw new Error(`there is no link in ${text}`);
  return token;
}
