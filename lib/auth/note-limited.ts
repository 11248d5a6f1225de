import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { AppError } from "@/lib/errors/app-error";
import type { MerchantId, UserId } from "@/lib/ids/id";
import { addressBlock } from "@/lib/rate-limit/address-block";
import type { RequestOrigin } from "./request-origin";
import { tooManyTries } from "./sign-in-messages";

type Limited = Readonly<{
  /** Of the refusal that it would have been, had it been looked at. */
  action: string;
  /** Whose account it was meant for, if anybody's. */
  account: Readonly<{ userId: UserId; merchantId: MerchantId }> | null;
  origin: RequestOrigin;
}>;

/**
 * Writes down that a limit refused something unread (PCI DSS 10.2.1.4): a bounded number of entries for each account, and
 * for each address where there is none. The work is the same, so that its time tells nothing of who has an account.
 */
export async function noteLimited(client: DatabaseClient, { action, account, origin }: Limited): Promise<void> {
  const actor = { type: "system", id: "sign-in" } as const;
  const context: AuditContext = { actor, merchantId: account?.merchantId ?? null, ...origin };
  const about = { resourceType: "user", resourceId: account?.userId ?? null } as const;
  const refused = { action, outcome: "denied", ...about, details: { reason: "rate_limited" } } as const;
  await transact(client, context, (tx) =>
    recordRepeated(tx, context, refused, account?.userId ?? addressBlock(origin.ip)),
  );
}

/** For an action to throw: its log line then says so. */
export function tooManyTriesError(retryAfterSeconds: number): AppError {
  return new AppError("rate_limited", tooManyTries(retryAfterSeconds), { retryAfterSeconds });
}
