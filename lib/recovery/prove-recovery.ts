import { z } from "zod";
import { findFactorRow } from "@/lib/auth/second-factor/enrolled-factors-store";
import { mayUse } from "@/lib/auth/second-factor/list-factors";
import { hasCodeForm, proveCode } from "@/lib/auth/second-factor/prove-code";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { notifySecurityChange } from "@/lib/messages/notify-security-change";
import { assertionAnswer } from "@/lib/passkeys/answers";
import { provePasskey } from "@/lib/passkeys/prove-passkey";
import type { Prove } from "./proof";

const code = z.string().max(1_000);

/** What may go with a link. Codes that are sent are not among them: whoever reads the e-mails would have both. */
export const recoveryProof = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("totp"), code }),
  z.strictObject({ method: z.literal("recovery_code"), code }),
  z.strictObject({ method: z.literal("passkey"), answer: assertionAnswer }),
]);

export type RecoveryProof = z.output<typeof recoveryProof>;

type Dependencies = Readonly<{ ring: KeyRing; lockoutSeconds: number; appUrl: string }>;

/** Proves with the factors of sign-in, counted apart from sign-in: a mailbox locks nobody out who has their password. */
export function recoveryProver({ ring, lockoutSeconds, appUrl }: Dependencies): Prove<RecoveryProof> {
  return async (tx, context, person, { linkId, proof }) => {
    if (proof.method !== "passkey" && !hasCodeForm(proof.method, proof.code)) return "malformed";
    const factors = await findFactorRow(tx, person.userId);
    if (factors === null || !mayUse(factors, proof.method)) return "wrong";
    if (proof.method !== "passkey") {
      const verdict = await proveCode(tx, { ring, lockoutSeconds, context }, person, proof.method, proof.code, {
        scope: "recovery",
        subject: linkId,
      });
      if (verdict === "proved" && proof.method === "recovery_code") {
        await notifySecurityChange(tx, ring, person, "recovery_code_used", appUrl);
      }
      return verdict;
    }
    const outcome = await provePasskey(tx, { context, appUrl }, person, "recover", linkId, proof.answer);
    return outcome === "proved" ? "proved" : "wrong";
  };
}
