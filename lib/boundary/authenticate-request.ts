import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { findApiKey, type StoredApiKey } from "@/lib/api-keys/api-key-store";
import { openApiSecret } from "@/lib/api-keys/api-secret";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { mac } from "@/lib/crypto/mac";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors/app-error";
import type { MerchantId, RequestId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import type { LimitDecision } from "@/lib/rate-limit/limit-store";
import type { AppliedPolicy } from "@/lib/rate-limit/policies";
import { processAdmit, processLimits } from "@/lib/rate-limit/process-limits";
import type { SignedParts } from "@/lib/request-signing/canonical-request";
import { checkSignature } from "@/lib/request-signing/check-signature";
import { explainSignature, SIGNED_STRING_HEADER } from "@/lib/request-signing/explain-signature";
import { readSignatureHeaders, type SignatureHeaders } from "@/lib/request-signing/signature-headers";
import { clientAddress, isAddressIn } from "./client-address";
import { requestTarget } from "./request-target";
import { userAgentOf } from "./user-agent";

/** Who calls, once the signature, the clock, the address and the nonce were right. */
export type ApiCaller = Readonly<{
  key: StoredApiKey;
  scope: Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;
  context: AuditContext;
  limit: LimitDecision;
  /** By the database's clock. */
  calledAt: Date;
}>;

/** A key that a request named and that is good, whether or not its signature was; and when, on the database's clock. */
export type SeenKey = Readonly<{ key: StoredApiKey; nowSeconds: number }>;

/**
 * Authenticates a signed request and takes it from the merchant's quota, in two round trips: the key with the database's
 * clock, then nonce and quota in one commit (with the limits in Redis, one more there). Failures count against the address, and only failures are refused for it: whoever
 * shares the address with a guesser, behind a proxy say, still gets in. `see` learns of the key as soon as it is known.
 */
export async function authenticateRequest(
  request: Request,
  body: Buffer,
  policy: AppliedPolicy,
  requestId: RequestId,
  see: (seen: SeenKey) => void,
): Promise<ApiCaller> {
  const address = clientAddress(request.headers);
  const from = { address, userAgent: userAgentOf(request.headers), requestId };
  let known: StoredApiKey | null = null;
  let parts: SignedParts | null = null;
  try {
    const signed = readSignatureHeaders(request.headers);
    const { key, nowSeconds } = await findApiKey(database().db, signed.keyId);
    if (!key) throw new AppError("api_key_invalid", "There is no such API key, or it has expired or been revoked.");
    known = key;
    see({ key, nowSeconds });
    const secrets = await openSecrets(key);
    parts = { ...partsOf(request, signed), body };
    checkSignature(parts, signed.signature, secrets, nowSeconds);
    checkAddress(key, address);
    return { ...(await admit(key, signed, policy, from)), calledAt: new Date(nowSeconds * 1000) };
  } catch (error) {
    if (error instanceof AppError && (error.status === 401 || error.status === 403)) {
      const { allowed, retryAfterSeconds } = await processLimits().takeFrom("auth_failures", address);
      if (!allowed) throw tooManyFailures(retryAfterSeconds);
      const reason = error.status === 403 ? "address" : error.code;
      if (known) await recordRefusal(contextOf(known, from), known.id, reason);
      if (error.code === "signature_invalid" && known?.mode === "test" && parts) throw explained(error, parts, request);
    }
    throw error;
  }
}

/** With a test key the refusal says what was signed here. A live key's says nothing: its requests are real people's. */
function explained(error: AppError, parts: SignedParts, { headers }: Request): AppError {
  const members = explainSignature(parts, headers.get(SIGNED_STRING_HEADER));
  const detail =
    members.first_difference === null
      ? "You signed the same string as we did. So the secret is another, or the HMAC is not SHA-256 in lower-case hex."
      : error.message;
  return new AppError("signature_invalid", detail, { members });
}

type CallOrigin = Readonly<{ address: string | null; userAgent: string | null; requestId: RequestId }>;

function contextOf(key: StoredApiKey, { address, userAgent, requestId }: CallOrigin): AuditContext {
  return { actor: { type: "api_key", id: key.id }, merchantId: key.merchantId, ip: address, userAgent, requestId };
}

/** Somebody used a key who could not sign with it, or from elsewhere (PCI DSS 10.2.1.4). It costs them nothing, so it is bounded. */
function recordRefusal(context: AuditContext, keyId: string, reason: string): Promise<void> {
  const about = { resourceType: "api_key", resourceId: keyId, details: { reason } } as const;
  return transact(database(), context, (tx) =>
    recordRepeated(tx, context, { action: "api_key.refused", outcome: "denied", ...about }, keyId),
  );
}

async function admit(
  key: StoredApiKey,
  signed: SignatureHeaders,
  policy: AppliedPolicy,
  from: CallOrigin,
): Promise<Omit<ApiCaller, "calledAt">> {
  const admission = await processAdmit()({
    apiKeyId: key.id,
    // Keyed: what clients put into a nonce is theirs, and may be what must not be stored.
    nonce: mac(await keyRing(), "idempotency-fingerprint", ["nonce", key.id, signed.nonce]).digest.toString(
      "base64url",
    ),
    policy,
    who: `${key.merchantId}:${key.mode}`,
  });
  if (admission.kind === "replayed") {
    throw new AppError("nonce_replayed", "This nonce was used before. Sign every request with a new one.");
  }
  const { merchantId, mode } = key;
  return {
    key,
    scope: { merchantId, mode },
    context: contextOf(key, from),
    limit: admission.decision,
  };
}

/** Throws 403 outside the key's list. Before nonce and quota: a stolen secret must not use up its merchant's calls from elsewhere. */
function checkAddress(key: StoredApiKey, address: string | null): void {
  if (key.ipAllowList && !isAddressIn(address, key.ipAllowList)) {
    throw new AppError("permission_denied", "This API key may not be used from this address.");
  }
}

/** Throws 403 unless the key may do this. */
export function authorizeCaller({ key }: ApiCaller, permission: string): void {
  if (!key.permissions.includes(permission)) {
    throw new AppError("permission_denied", `This API key lacks the permission ${permission}.`);
  }
}

async function openSecrets(key: StoredApiKey): Promise<string[]> {
  const ring = await keyRing();
  return [key.secret, key.previousSecret]
    .filter((sealed) => sealed !== null)
    .map((sealed) => openApiSecret(ring, key, sealed));
}

function partsOf(request: Request, signed: SignatureHeaders) {
  const { timestamp, nonce, idempotencyKey } = signed;
  return { method: request.method, path: requestTarget(request), timestamp, nonce, idempotencyKey };
}

function tooManyFailures(retryAfterSeconds: number): AppError {
  const detail = "Too many failed calls from this address. Check the key and the signature, then wait.";
  return new AppError("rate_limited", detail, { retryAfterSeconds });
}
