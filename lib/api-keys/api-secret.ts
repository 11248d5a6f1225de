import { type FieldLocation, open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { randomToken } from "@/lib/crypto/random";

type KeyRow = Readonly<{ id: string; merchantId: string }>;

const place = ({ id, merchantId }: KeyRow): FieldLocation => ({
  merchantId,
  table: "api_keys",
  column: "secret",
  rowId: id,
});

/** A new secret, `cs_test_…` or `cs_live_…`, 256 random bits. Shown once. */
export function newApiSecret(mode: "test" | "live"): string {
  return `cs_${mode}_${randomToken()}`;
}

/** Sealed, not hashed: checking an HMAC needs the secret itself. */
export function sealApiSecret(ring: KeyRing, row: KeyRow, secret: string): string {
  return seal(ring, "api-secret", secret, place(row));
}

export function openApiSecret(ring: KeyRing, row: KeyRow, sealed: string): string {
  return open(ring, "api-secret", sealed, place(row));
}
