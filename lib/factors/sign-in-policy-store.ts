import { eq } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { FACTORS, IP_POLICIES, merchants } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { Factor } from "@/lib/auth/second-factor/enrolled-factors-store";
import { AppError } from "@/lib/errors/app-error";
import type { MerchantId } from "@/lib/ids/id";
import type { IpPolicy } from "@/lib/sessions/session-store";

export { FACTORS, IP_POLICIES };

/** How a merchant's people may sign in. */
export type SignInPolicy = Readonly<{ allowedFactors: readonly Factor[]; ipPolicy: IpPolicy }>;

export async function findSignInPolicy(db: Queryable, merchantId: MerchantId): Promise<SignInPolicy> {
  const [row] = await db
    .select({ allowedFactors: merchants.allowedFactors, ipPolicy: merchants.ipPolicy })
    .from(merchants)
    .where(eq(merchants.id, merchantId));
  if (!row) throw new Error("a session's merchant is not there");
  return row;
}

/** The merchant's row is held from here on: removals of factors wait, and then see the new policy. */
export async function saveSignInPolicy(tx: Transaction, merchantId: MerchantId, policy: SignInPolicy): Promise<void> {
  const { allowedFactors, ipPolicy } = policy;
  await tx
    .update(merchants)
    .set({ allowedFactors: [...allowedFactors], ipPolicy })
    .where(eq(merchants.id, merchantId));
}

const NAMES: Readonly<Record<Factor, string>> = {
  totp: "authenticator apps",
  passkey: "passkeys",
  sms: "codes by text message",
  email: "codes by email",
};

/** What the merchant allows of the two that are strong: one of them always. Held like `requireFactor`. */
export async function strongFactors(tx: Transaction, merchantId: MerchantId): Promise<("totp" | "passkey")[]> {
  const allowed = await holdAllowed(tx, merchantId);
  return (["totp", "passkey"] as const).filter((factor) => allowed.includes(factor));
}

/** Throws when the merchant forbids the factor. Its row is held: the answer stays true until the transaction ends. */
export async function requireFactor(tx: Transaction, merchantId: MerchantId, factor: Factor): Promise<void> {
  if ((await holdAllowed(tx, merchantId)).includes(factor)) return;
  throw new AppError("invalid_state", `Your business does not allow ${NAMES[factor]}.`);
}

async function holdAllowed(tx: Transaction, merchantId: MerchantId): Promise<readonly Factor[]> {
  const [row] = await tx
    .select({ allowed: merchants.allowedFactors })
    .from(merchants)
    .where(eq(merchants.id, merchantId))
    .for("share");
  return row?.allowed ?? [];
}
