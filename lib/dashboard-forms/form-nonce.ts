import { constantTimeEqual } from "@/lib/crypto/constant-time";
import { KeyMissingError } from "@/lib/crypto/crypto-errors";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { type Mac, mac, macWith } from "@/lib/crypto/mac";
import type { MerchantId, UserId } from "@/lib/ids/id";

/** Forms of the dashboard that move money, each at most once per nonce. */
export type MoneyForm = "take_payment" | "capture" | "void" | "refund";

/** Whose form it is. Another person's nonce is none. */
export type FormHolder = Readonly<{ merchantId: MerchantId; userId: UserId }>;

/**
 * As long as a session can last, and half as long as a used key is remembered: when a key is forgotten, no nonce that could
 * use it again is good any more.
 */
export const NONCE_SECONDS = 43_200;

const SUBJECT = /^[A-Za-z0-9_:-]{1,120}$/;
const NONCE =
  /^(?<subject>[A-Za-z0-9_:-]{1,120})\.(?<issued>[0-9a-z]{1,10})\.(?<kid>[A-Za-z0-9_-]{1,64})\.(?<digest>[A-Za-z0-9_-]{43})$/;

/**
 * What a form carries so that sending it again, however often and from however many tabs, acts once. `subject` names the act:
 * the same subject is the same act. It is signed, with whose it is and what for: nobody makes one up, and none does for another
 * form. It is no secret, and may stand in an address.
 */
export function issueNonce(
  ring: KeyRing,
  holder: FormHolder,
  form: MoneyForm,
  subject: string,
  nowSeconds: number,
): string {
  if (!SUBJECT.test(subject)) throw new TypeError("the subject of a form is an id, or two");
  const issued = Math.floor(nowSeconds).toString(36);
  const { kid, digest } = mac(ring, "idempotency-fingerprint", partsOf(holder, form, subject, issued));
  return `${subject}.${issued}.${kid}.${digest.toString("base64url")}`;
}

/** What a nonce names. With an old one nothing is begun any more; what was begun with it can still be found. */
export type ReadNonce = Readonly<{ subject: string; isOld: boolean }>;

/** What a nonce names; null when it is not ours, another's, or of another form. */
export function readNonce(
  ring: KeyRing,
  holder: FormHolder,
  form: MoneyForm,
  nonce: string,
  nowSeconds: number,
): ReadNonce | null {
  const { subject, issued, kid, digest } = NONCE.exec(nonce)?.groups ?? {};
  if (subject === undefined || issued === undefined || kid === undefined || digest === undefined) return null;
  const right = signatureUnder(ring, kid, partsOf(holder, form, subject, issued));
  if (right === null || !constantTimeEqual(right.digest, Buffer.from(digest, "base64url"))) return null;
  const age = nowSeconds - Number.parseInt(issued, 36);
  return { subject, isOld: age > NONCE_SECONDS };
}

/** Null when the key that it names is not, or no longer, ours. */
function signatureUnder(ring: KeyRing, kid: string, parts: readonly string[]): Mac | null {
  try {
    return macWith(ring, "idempotency-fingerprint", kid, parts);
  } catch (error) {
    if (error instanceof KeyMissingError) return null;
    throw error;
  }
}

function partsOf({ merchantId, userId }: FormHolder, form: MoneyForm, subject: string, issued: string): string[] {
  return ["form-nonce", merchantId, userId, form, subject, issued];
}
