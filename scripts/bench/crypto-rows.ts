import { createCipheriv, createHmac, createSecretKey, randomBytes } from "node:crypto";
import { openApiSecret, sealApiSecret } from "@/lib/api-keys/api-secret";
import { createKeyRing, KEY_PURPOSES } from "@/lib/crypto/key-ring";
import { newId } from "@/lib/ids/id";
import { canonicalPath, canonicalRequest } from "@/lib/request-signing/canonical-request";
import { checkSignature } from "@/lib/request-signing/check-signature";
import { readSignatureHeaders } from "@/lib/request-signing/signature-headers";
import { cardBrand } from "@/lib/vault/card-brand";
import { lastFour, parseCardNumber } from "@/lib/vault/card-number";
import { cardFingerprint, sealCardNumber } from "@/lib/vault/card-number-seal";
import { compare } from "./compare";
import { rateOf } from "./rate";
import type { Row } from "./row";
import { signedCall } from "./signed-call";

const ROUND_MS = 500;
const createdAt = new Date();
const ring = createKeyRing(
  KEY_PURPOSES.map((purpose) => ({ purpose, kid: `${purpose}-1`, key: randomBytes(32), createdAt })),
);

/** Everything between the key's row and the verdict, for a body of 1 KB: headers, secret, canonical bytes, HMAC. */
export async function verifyRow(): Promise<Row> {
  const key = { id: newId("key_test"), merchantId: newId("mer"), secret: `cs_test_${randomBytes(32).toString("hex")}` };
  const sealed = sealApiSecret(ring, key, key.secret);
  const body = JSON.stringify({ metadata: { note: "x".repeat(1000) } });
  const call = signedCall(key, "POST", "/api/v1/payments", body);
  const url = `http://localhost:3000${call.path}`;
  const headers = new Headers(call.headers);
  const bytes = Buffer.from(body);
  const nowSeconds = Date.now() / 1000;

  const verify = () => {
    const { signature, ...signed } = readSignatureHeaders(headers);
    const parts = { method: call.method, path: canonicalPath(url), ...signed, body: bytes };
    checkSignature(parts, signature, [openApiSecret(ring, key, sealed)], nowSeconds);
  };
  const message = canonicalRequest({
    method: call.method,
    path: canonicalPath(url),
    ...readSignatureHeaders(headers),
    body: bytes,
  });
  const secret = createSecretKey(Buffer.from(key.secret));
  const hmacAlone = () => createHmac("sha256", secret).update(message).digest("hex");
  const row = await compare({
    name: "verify a signed request, 1 KB",
    ours: async () => rateOf(verify, ROUND_MS),
    floor: { name: "createHmac alone", measure: async () => rateOf(hmacAlone, ROUND_MS) },
    goal: { atLeast: 0.7 },
  });
  return { ...row, note: `${(1e6 / row.ours).toFixed(1)} µs, from the headers and the sealed secret to the verdict` };
}

/** What `tokenizeCard` does before and after the database: token, sealed number, fingerprint, brand, last four. */
export function tokeniseRow(): Promise<Row> {
  const merchantId = newId("mer");
  const parsed = parseCardNumber("4242424242424242");
  if (!parsed.ok) throw new Error("the test card's number is not one");
  const { number } = parsed;
  const tokenise = () => {
    const id = newId("tok");
    sealCardNumber(ring, merchantId, id, number);
    cardFingerprint(ring, merchantId, number);
    return [cardBrand(number), lastFour(number)];
  };
  const key = createSecretKey(randomBytes(32));
  const encryptAndHash = () => {
    const cipher = createCipheriv("aes-256-gcm", key, randomBytes(12));
    return [
      Buffer.concat([cipher.update(number, "utf8"), cipher.final()]),
      cipher.getAuthTag(),
      createHmac("sha256", key).update(number).digest(),
    ];
  };
  return compare({
    name: "tokenise a card, without the database",
    ours: async () => rateOf(tokenise, ROUND_MS),
    floor: { name: "AES-256-GCM and HMAC alone", measure: async () => rateOf(encryptAndHash, ROUND_MS) },
    goal: { atLeast: 0.8 },
    note: "with a random token, the place as associated data, and text to store",
  });
}
