import { Secret, TOTP } from "otpauth";
import { type FieldLocation, open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { MerchantId, UserId } from "@/lib/ids/id";

type Owner = Readonly<{ merchantId: MerchantId; userId: UserId }>;

/** The base32 secret as `totp_factors.secret` holds it: bound to its user, it opens in no other row. */
export function sealTotpSecret(ring: KeyRing, owner: Owner, secretBase32: string): string {
  return seal(ring, "totp-secret", secretBase32, locationOf(owner));
}

/** Throws DecryptionError for a secret of another user or an altered one, KeyMissingError without its key. */
export function openTotpSecret(ring: KeyRing, owner: Owner, sealed: string): string {
  return open(ring, "totp-secret", sealed, locationOf(owner));
}

/** What an authenticator app is told, as a link; its QR code holds the same. */
export function otpauthUri(email: string, secretBase32: string): string {
  return new TOTP({ issuer: "Countinghouse", label: email, secret: Secret.fromBase32(secretBase32) }).toString();
}

function locationOf({ merchantId, userId }: Owner): FieldLocation {
  return { merchantId, table: "totp_factors", column: "secret", rowId: userId };
}
