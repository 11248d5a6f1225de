import type { Queryable } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { openPhone, phoneHint } from "@/lib/factors/phone-number";
import type { UserId } from "@/lib/ids/id";
import type { SignInMethod } from "@/lib/sessions/session-store";
import { type Factor, type FactorRow, findFactorRow } from "./enrolled-factors-store";

export type { Factor };

/** What a user has enrolled, as pages show it, and which kinds their merchant allows. */
export type EnrolledFactors = Readonly<{
  totp: boolean;
  passkeys: number;
  /** Where text messages go, with most digits hidden; null when none is enrolled. */
  sms: Readonly<{ hint: string }> | null;
  email: boolean;
  recoveryCodesLeft: number;
  allowed: readonly Factor[];
}>;

/** Throws for a user that there is not. */
export async function listFactors(db: Queryable, ring: KeyRing, userId: UserId): Promise<EnrolledFactors> {
  const row = await findFactorRow(db, userId);
  if (row === null) throw new Error(`there is no user ${userId}`);
  const { totp, passkeys, emailCodes, recoveryCodesLeft, allowed } = row;
  const sms = row.phone === null ? null : { hint: phoneHint(openPhone(ring, { ...row, userId }, row.phone)) };
  return { totp, passkeys, sms, email: emailCodes, recoveryCodesLeft, allowed };
}

/** Whether the user has this method and their merchant allows it. Recovery codes are nobody's to forbid. */
export function mayUse({ reset, allowed, ...row }: FactorRow, method: SignInMethod): boolean {
  if (reset) return false;
  if (method === "recovery_code") return row.recoveryCodesLeft > 0;
  const has = { totp: row.totp, passkey: row.passkeys > 0, sms: row.phone !== null, email: row.emailCodes };
  return has[method] && allowed.includes(method);
}
