import type { Queryable } from "@/db/client";
import { recordLimitRefusal } from "@/lib/metrics/instruments";
import type { Limits } from "./limits";
import type { AppliedPolicy } from "./policies";
import { type Admission, admitRequest, spendNonce } from "./postgres-limit-store";

/** A request whose signature was right. */
export type SignedRequest = Readonly<{ apiKeyId: string; nonce: string; policy: AppliedPolicy; who: string }>;

/** Spends the nonce of a request, in Postgres wherever the limits are, and takes from its policy. A replay takes nothing. */
export type Admit = (request: SignedRequest) => Promise<Admission>;

/** Both in one round trip and one commit. */
export function admitOnPostgres(db: Queryable): Admit {
  return async ({ apiKeyId, nonce, policy: { name, quota }, who }) => {
    const admission = await admitRequest(db, { apiKeyId, nonce, subject: `${name}:${who}`, quota });
    if (admission.kind === "decided" && !admission.decision.allowed) recordLimitRefusal(name);
    return admission;
  };
}

/** The nonce first: only what is no replay may be counted. */
export function admitOnRedis(db: Queryable, limits: Limits): Admit {
  return async ({ apiKeyId, nonce, policy, who }) => {
    if (!(await spendNonce(db, { apiKeyId, nonce }))) return { kind: "replayed" };
    return { kind: "decided", decision: await limits.take(policy.name, who) };
  };
}
