import type { Queryable } from "@/db/client";
import type { Quota } from "@/lib/env";
import { createLimits, type Limits } from "../limits";
import { type Quotas, quotasOf } from "../policies";
import { postgresLimitStore } from "../postgres-limit-store";

const PLENTY: Quota = { limit: 100_000, windowSeconds: 600 };

/** The product's quotas, with plenty where the environment has its say. `signIn` is RATE_LIMIT_SIGN_IN. */
export function testQuotas(signIn = PLENTY): Quotas {
  return quotasOf({
    RATE_LIMIT_CREATE_PAYMENT: PLENTY,
    RATE_LIMIT_GET_TRANSACTION: PLENTY,
    RATE_LIMIT_REFUND: PLENTY,
    RATE_LIMIT_TOKENIZE: PLENTY,
    RATE_LIMIT_OTHER: PLENTY,
    RATE_LIMIT_AUTH_FAILURES: PLENTY,
    RATE_LIMIT_SIGN_IN: signIn,
  });
}

/** Limits in Postgres, as a server without Redis has them. */
export function testLimits(db: Queryable, signIn = PLENTY): Limits {
  return createLimits(postgresLimitStore(db), testQuotas(signIn));
}
