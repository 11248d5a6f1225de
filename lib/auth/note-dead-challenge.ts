import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { Quota } from "@/lib/env";
import { postgresLimitStore } from "@/lib/rate-limit/postgres-limit-store";
import { takeAddressQuota } from "@/lib/rate-limit/take-address-limit";
import { findDeadChallenge } from "./challenge-store";
import type { RequestOrigin } from "./request-origin";
import { isChallengeToken } from "./sign-in-challenge";

/** Entries of one address: anybody can send cookies that open nothing. */
const NOTED: Quota = { limit: 20, windowSeconds: 900 };

/** Writes down that somebody came with a proof and no open challenge: whose it was, and why it is over, where that is known. */
export async function noteDeadChallenge(
  client: DatabaseClient,
  token: string | null,
  origin: RequestOrigin,
): Promise<void> {
  const { allowed } = await takeAddressQuota(postgresLimitStore(client.db), "dead_challenge", origin.ip, NOTED);
  if (!allowed) return;
  const { holder, reason } =
    token !== null && isChallengeToken(token)
      ? await findDeadChallenge(client.db, token)
      : { holder: null, reason: token === null ? "missing" : "malformed" };
  const actor = { type: "system", id: "sign-in" } as const;
  const context: AuditContext = { actor, merchantId: holder?.merchantId ?? null, ...origin };
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "sign_in.challenge_refused",
      outcome: "denied",
      resourceType: "user",
      resourceId: holder?.userId ?? null,
      details: { reason },
    }),
  );
}
