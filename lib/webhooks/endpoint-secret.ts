import { open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { SealedText } from "@/lib/crypto/sealed-text";
import type { MerchantId, WebhookEndpointId } from "@/lib/ids/id";
import { secretPlace } from "./endpoint-store";

type Row = Readonly<{ id: WebhookEndpointId; merchantId: MerchantId }>;

/** Sealed, not hashed: signing needs the secret itself. */
export function sealWebhookSecret(ring: KeyRing, row: Row, secret: string): SealedText {
  return seal(ring, "webhook-secret", secret, secretPlace(row));
}

/** Throws DecryptionError for what was tampered with, KeyMissingError where the key is not loaded. */
export function openWebhookSecret(ring: KeyRing, row: Row, sealed: string): string {
  return open(ring, "webhook-secret", sealed, secretPlace(row));
}
