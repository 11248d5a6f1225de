import { normalizeEmail } from "@/lib/auth/email";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";
import type { MerchantId } from "@/lib/ids/id";

/**
 * What a customer is found by without decrypting anybody: an HMAC per merchant, so that two merchants' tables cannot be laid
 * side by side, and a stolen table cannot be searched without its key. The address counts in lower case.
 */
export function emailIndex(ring: KeyRing, merchantId: MerchantId, email: string): Buffer {
  return mac(ring, "blind-index", [merchantId, "customer-email", normalizeEmail(email) ?? email]).digest;
}

/** As above. Takes E.164, of which each number has one form. */
export function phoneIndex(ring: KeyRing, merchantId: MerchantId, phone: string): Buffer {
  return mac(ring, "blind-index", [merchantId, "customer-phone", phone]).digest;
}
