import { AppError } from "@/lib/errors/app-error";

export type SignatureHeaders = Readonly<{
  keyId: string;
  timestamp: string;
  nonce: string;
  signature: string;
  idempotencyKey: string;
}>;

const SHAPES = {
  "x-api-key": /^key_(test|live)_[A-Za-z0-9_-]{1,64}$/,
  "x-timestamp": /^[0-9]{1,12}$/,
  "x-nonce": /^[A-Za-z0-9_-]{16,64}$/,
  "x-signature": /^[0-9a-f]{64}$/,
} as const;

const EXPECTED = {
  "x-api-key": "a key id such as key_test_…",
  "x-timestamp": "Unix seconds, digits only",
  "x-nonce": "16 to 64 of A-Z a-z 0-9 - _",
  "x-signature": "the HMAC in 64 lower-case hexadecimal digits",
} as const;

/** Reads the four signature headers. Throws 401 `signature_missing` or `signature_malformed`, naming the header. */
export function readSignatureHeaders(headers: Headers): SignatureHeaders {
  return {
    keyId: read(headers, "x-api-key"),
    timestamp: read(headers, "x-timestamp"),
    nonce: read(headers, "x-nonce"),
    signature: read(headers, "x-signature"),
    idempotencyKey: headers.get("idempotency-key") ?? "",
  };
}

function read(headers: Headers, name: keyof typeof SHAPES): string {
  const value = headers.get(name);
  if (!value) throw new AppError("signature_missing", `The header ${name} is missing. Send ${EXPECTED[name]}.`);
  if (!SHAPES[name].test(value)) {
    throw new AppError("signature_malformed", `The header ${name} is not in the right form. Send ${EXPECTED[name]}.`);
  }
  return value;
}
