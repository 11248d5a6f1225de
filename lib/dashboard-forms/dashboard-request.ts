import type { KeyRing } from "@/lib/crypto/key-ring";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { requestFingerprint } from "@/lib/idempotency/request-fingerprint";
import type { Scope } from "@/lib/payments/payment-store";
import type { MoneyForm } from "./form-nonce";

/**
 * The key of an act of the dashboard, beside the keys that API clients choose. `§` keeps the two apart: an Idempotency-Key
 * has printable ASCII characters only, so no client can ever send one of these.
 */
export function dashboardKey(form: MoneyForm, subject: string): string {
  return `dashboard§${form}§${subject}`;
}

/** The request of a form as the idempotency machinery of the API takes it. `cvc` in the body does not count. */
export function dashboardRequest(
  ring: KeyRing,
  { merchantId, mode }: Scope,
  form: Parameters<typeof dashboardKey>[0],
  subject: string,
  sent: Readonly<{ path: string; body: Readonly<Record<string, unknown>> }>,
): IdempotentRequest {
  const { path, body } = sent;
  const method = "POST";
  const fingerprint = requestFingerprint(ring, [merchantId, mode, method, path], body);
  return { merchantId, mode, key: dashboardKey(form, subject), method, path, fingerprint };
}
