import { sha256 } from "@/lib/crypto/digest";
import { maskText } from "@/lib/logging/mask-text";
import { canonicalRequest, type SignedParts } from "./canonical-request";

/** The parts of the signed string, in its order. */
export const SIGNED_PARTS = ["method", "path", "timestamp", "nonce", "idempotency_key", "body"] as const;

export type FirstDifference = Readonly<{
  part: (typeof SIGNED_PARTS)[number];
  /** In bytes, from the beginning of the part. At the part's length it is the line break after it that differs. */
  offset: number;
  /** What we have from there on, and what the caller has: letters as `x`, digits as `0`, all else as it is. */
  expected: string;
  got: string;
}>;

export type SignatureExplanation = Readonly<{
  signed_string: string;
  /** Where the caller sent the string that they signed; null when it is the same as ours. */
  first_difference?: FirstDifference | null;
}>;

/** The header in which a caller may send the string that they signed, as base64. */
export const SIGNED_STRING_HEADER = "x-signed-string";
/** In characters. Of a longer string the beginning will do: it is compared as far as it goes. */
const HEADER_MAX = 8_192;
const SHOWN = 16;

/**
 * Why a signature does not fit, for the developer whose own request it is: the string that was signed here, and where the one that
 * they signed begins to be another. Nothing of it is a secret or the right signature. It stands in an error, so it shows no card
 * data and nothing else that is masked in logs: in their places stand dots, and for the body its length, with its digest where
 * nothing in it could be guessed from one.
 */
export function explainSignature(parts: SignedParts, signedString: string | null): SignatureExplanation {
  const shown = [parts.method.toUpperCase(), veiled(parts.path), parts.timestamp, veiled(parts.nonce)];
  const signed_string = [...shown, veiled(parts.idempotencyKey), bodyLine(parts.body)].join("\n");
  const theirs = signedString === null ? null : decode(signedString);
  if (theirs === null) return { signed_string };
  return { signed_string, first_difference: firstDifference(parts, theirs) };
}

const ID_OR_DIGITS = /\b[a-z]{2,4}_[0-9a-z]{26}\b|\p{Nd}{3,}/gu;

/** Masked as in a log, and then every longer run of digits: whatever it is, its length is enough here. */
function veiled(text: string): string {
  return maskText(text).replace(ID_OR_DIGITS, (found) => (found.includes("_") ? found : "•".repeat(found.length)));
}

function bodyLine(body: Uint8Array): string {
  if (body.length === 0) return "";
  const text = Buffer.from(body).toString("utf8");
  const digest = maskText(text) === text && !/\p{Nd}{12}/u.test(text) ? ` sha256=${sha256(body).toString("hex")}` : "";
  return `BODY bytes=${body.length}${digest}`;
}

function decode(text: string): Buffer | null {
  if (text.length === 0 || text.length > HEADER_MAX || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, "base64");
}

function firstDifference(parts: SignedParts, theirs: Buffer): FirstDifference | null {
  const ours = canonicalRequest(parts);
  if (ours.equals(theirs)) return null;
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at += 1;
  const { part, offset } = placeOf(parts, at);
  return { part, offset, expected: classes(ours, at), got: classes(theirs, at) };
}

function placeOf({ method, path, timestamp, nonce, idempotencyKey }: SignedParts, at: number) {
  const head = [method.toUpperCase(), path, timestamp, nonce, idempotencyKey];
  let offset = at;
  for (const [index, text] of head.entries()) {
    const length = Buffer.byteLength(text);
    if (offset <= length) return { part: SIGNED_PARTS[index] ?? "body", offset };
    offset -= length + 1;
  }
  return { part: "body", offset } as const;
}

function classes(bytes: Buffer, from: number): string {
  const text = bytes.subarray(from, from + SHOWN).toString("utf8");
  return text.replace(/\p{L}/gu, "x").replace(/\p{N}/gu, "0");
}
