import type { Env, Quota } from "@/lib/env";

/** Every limit of the integration API, per merchant. On a store outage all deny: without Postgres there is no payment. */
export const API_POLICIES = {
  create_payment: "RATE_LIMIT_CREATE_PAYMENT",
  get_transaction: "RATE_LIMIT_GET_TRANSACTION",
  refund: "RATE_LIMIT_REFUND",
  tokenize: "RATE_LIMIT_TOKENIZE",
  other: "RATE_LIMIT_OTHER",
} as const satisfies Record<string, keyof Env>;

export type ApiPolicy = keyof typeof API_POLICIES;

export type AppliedPolicy = Readonly<{ name: ApiPolicy; quota: Quota }>;

export function apiPolicy(name: ApiPolicy, settings: Env): AppliedPolicy {
  return { name, quota: settings[API_POLICIES[name]] };
}
