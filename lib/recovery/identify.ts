import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { noteLimited } from "@/lib/auth/note-limited";
import { verifyPassword } from "@/lib/auth/password";
import type { RequestOrigin } from "@/lib/auth/request-origin";
import { type SignInLimits, takeAddressLimit, takeOwnPasswordLimit } from "@/lib/auth/sign-in-limits";
import { findEmailLink } from "@/lib/email-links/email-links";
import type { LinkId } from "@/lib/ids/id";
import { findPerson, type RecoveringPerson } from "./recovery-store";

/** The link came by e-mail; the password shows who opened it. Both are sent with each step, and nothing is remembered. */
export type Identity = Readonly<{ token: string; password: string; origin: RequestOrigin }>;

export type IdentityRefusal =
  /** Unknown, used or expired: one answer for all. */
  { kind: "link_gone" } | { kind: "password_refused" } | { kind: "limited"; retryAfterSeconds: number };

type Identified = Readonly<{ kind: "identified"; person: RecoveringPerson; linkId: LinkId; context: AuditContext }>;

/** Whose link it is, if their password came with it. Wrong ones count by address and by account. */
export async function identify(
  deps: SignInLimits,
  { token, password, origin }: Identity,
): Promise<Identified | IdentityRefusal> {
  const link = await findEmailLink(deps.client.db, token, "reset_factors");
  const person = link && (await findPerson(deps.client.db, link));
  const byAddress = await takeAddressLimit(deps.limits, origin);
  const limit = person && byAddress.allowed ? await takeOwnPasswordLimit(deps.limits, person.userId) : byAddress;
  if (!limit.allowed) {
    await noteLimited(deps.client, { action: "recovery.password_refused", account: person, origin });
    return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  }
  const right = await verifyPassword(person?.passwordHash ?? null, password);
  if (!link || !person || person.disabled || !person.factorsReset) return refuse(deps, person, origin, "link_gone");
  if (!right) return refuse(deps, person, origin, "password_refused");
  const actor = { type: "user", id: person.userId } as const;
  const context = { actor, merchantId: person.merchantId, ...origin };
  return { kind: "identified", person, linkId: link.id, context };
}

async function refuse(
  { client }: SignInLimits,
  person: RecoveringPerson | null,
  origin: RequestOrigin,
  kind: "link_gone" | "password_refused",
): Promise<IdentityRefusal> {
  const actor = { type: "system", id: "recovery" } as const;
  const context: AuditContext = { actor, merchantId: person?.merchantId ?? null, ...origin };
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: kind === "link_gone" ? "recovery.link_refused" : "recovery.password_refused",
      outcome: "denied",
      resourceType: "user",
      resourceId: person?.userId ?? null,
    }),
  );
  return { kind };
}
