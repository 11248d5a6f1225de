import type { Env, Quota } from "@/lib/env";

type QuotaVariable = Extract<keyof Env, `RATE_LIMIT_${string}`>;

/**
 * `quota`: calls and seconds, or the variable that sets them. `onOutage`: what becomes of a call while the store of the limits does
 * not answer, where that is Redis; without Postgres nothing else of the call would work either, and every policy denies (503).
 */
type Policy = Readonly<{ quota: Quota | QuotaVariable; onOutage: "deny" | "allow" }>;

/** The integration API's, per merchant and mode. */
export const API_POLICIES = {
  create_payment: { quota: "RATE_LIMIT_CREATE_PAYMENT", onOutage: "deny" },
  /** Reads go on: it is while something is down that merchants ask what became of their payments. */
  get_transaction: { quota: "RATE_LIMIT_GET_TRANSACTION", onOutage: "allow" },
  refund: { quota: "RATE_LIMIT_REFUND", onOutage: "deny" },
  /** Whoever tries stolen cards is slow at it. */
  tokenize: { quota: "RATE_LIMIT_TOKENIZE", onOutage: "deny" },
  other: { quota: "RATE_LIMIT_OTHER", onOutage: "deny" },
} as const satisfies Record<string, Policy>;

/**
 * What is heavy in the dashboard, per user; what is done under a held session, and questions asked, per session. One person must not slow
 * everybody's payments down.
 */
export const DASHBOARD_POLICIES = {
  verify_chain: { quota: { limit: 6, windowSeconds: 60 }, onOutage: "deny" },
  /** Questions asked: each leaves an entry in the trail. */
  step_up: { quota: { limit: 60, windowSeconds: 600 }, onOutage: "deny" },
  /** What somebody tries under a held session. */
  release: { quota: { limit: 60, windowSeconds: 600 }, onOutage: "deny" },
  /** One person's data at a time: nobody reads a whole list out by hand. */
  reveal: { quota: { limit: 30, windowSeconds: 60 }, onOutage: "deny" },
  /** Payments, captures, voids and refunds by hand. Whoever tries stolen cards is slow at it. */
  move_money: { quota: { limit: 60, windowSeconds: 60 }, onOutage: "deny" },
  export: { quota: { limit: 10, windowSeconds: 60 }, onOutage: "deny" },
  /** What makes this server send, or look up names: endpoints, retries, replays. */
  webhooks: { quota: { limit: 60, windowSeconds: 60 }, onOutage: "deny" },
} as const satisfies Record<string, Policy>;

/** What leads in, and what is sent to people. Nobody gets in because a meter failed: all of these deny. */
const SIGN_IN_POLICIES = {
  /** Per address: failed calls of the API, and callbacks of an acquirer with a wrong signature. */
  auth_failures: { quota: "RATE_LIMIT_AUTH_FAILURES", onOutage: "deny" },
  /** Per address: signing in, the first run, recovery. They share it. */
  sign_in_address: { quota: "RATE_LIMIT_SIGN_IN", onOutage: "deny" },
  /** Per address: passkeys asked for, and answers tried. Asking comes before every answer, and costs no guess. */
  passkey_ask: { quota: "RATE_LIMIT_SIGN_IN", onOutage: "deny" },
  passkey_try: { quota: "RATE_LIMIT_SIGN_IN", onOutage: "deny" },
  /** Passwords tried on one account, known or not: from one address; by a device that its user has signed in from; by themselves. */
  sign_in_account: { quota: { limit: 10, windowSeconds: 600 }, onOutage: "deny" },
  sign_in_device: { quota: { limit: 10, windowSeconds: 600 }, onOutage: "deny" },
  own_password: { quota: { limit: 10, windowSeconds: 600 }, onOutage: "deny" },
  /** And from all addresses together: high, so that nobody keeps another out with a few wrong passwords a minute. */
  sign_in_account_in_all: { quota: { limit: 100, windowSeconds: 600 }, onOutage: "deny" },
  /** E-mails that one account is sent. Whoever uses it up for another has sent them links that work: it keeps nobody out. */
  recover_account: { quota: { limit: 5, windowSeconds: 900 }, onOutage: "deny" },
  /** Codes sent to one account by one channel, for whatever: one in a while, and few in all. */
  send_code_again: { quota: { limit: 1, windowSeconds: 30 }, onOutage: "deny" },
  send_code_in_all: { quota: { limit: 5, windowSeconds: 900 }, onOutage: "deny" },
} as const satisfies Record<string, Policy>;

/** Every limit of the product. (How often the audit trail repeats itself is metered where it is written: `recordRepeated`.) */
export const POLICIES = { ...API_POLICIES, ...DASHBOARD_POLICIES, ...SIGN_IN_POLICIES };

export type ApiPolicy = keyof typeof API_POLICIES;
export type DashboardPolicy = keyof typeof DASHBOARD_POLICIES;
export type PolicyName = keyof typeof POLICIES;

export type Quotas = Readonly<Record<PolicyName, Quota>>;

/** The quota of every policy, as the environment has them. */
export function quotasOf(settings: Pick<Env, QuotaVariable>): Quotas {
  const quotas = Object.entries(POLICIES).map(([name, { quota }]: [string, Policy]) => [
    name,
    typeof quota === "string" ? settings[quota] : quota,
  ]);
  return Object.fromEntries(quotas) as Quotas;
}

export type AppliedPolicy = Readonly<{ name: ApiPolicy; quota: Quota }>;

export function apiPolicy(name: ApiPolicy, settings: Env): AppliedPolicy {
  return { name, quota: settings[API_POLICIES[name].quota] };
}
