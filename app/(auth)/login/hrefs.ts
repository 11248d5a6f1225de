import type { SignInMethod } from "@/lib/sessions/session-store";

/** The addresses of sign-in, which carry along where its visitor wanted to go. `callbackPath` is a `localPath`. */
export function verifyHref(callbackPath: string, method?: SignInMethod): string {
  return withCallback("/login/verify", callbackPath, method && { method });
}

/** Back to the first page because the challenge is over, which it then says. */
export function expiredHref(callbackPath: string): string {
  return withCallback("/login", callbackPath, { expired: "1" });
}

function withCallback(path: string, callbackPath: string, others: Record<string, string> = {}): string {
  const query = new URLSearchParams(callbackPath === "/" ? others : { ...others, callbackUrl: callbackPath });
  return query.size === 0 ? path : `${path}?${query}`;
}
