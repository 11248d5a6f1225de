type CookieOptions = Readonly<{ httpOnly: true; sameSite: "lax" | "strict"; path: "/"; secure: boolean }>;

export type AuthCookie = Readonly<{ name: string; options: CookieOptions }>;

export type AuthCookies = Readonly<
  Record<"session" | "challenge" | "setup" | "device" | "csrf" | "callbackUrl", AuthCookie>
>;

/** So long the session's cookie outlives its session, which opens nothing then: the sign-in can say why one was signed out. */
export const SESSION_COOKIE_AFTER_SECONDS = 86_400;

/**
 * Names and attributes of every cookie of sign-in. Over https they are `__Host-`: Secure, for this host alone and for no
 * other path, so that no sister domain can plant one (ASVS 3.3.1). Browsers refuse the prefix over plain http, which is
 * for a demo on localhost.
 */
export function authCookies(appUrl: string): AuthCookies {
  const secure = new URL(appUrl).protocol === "https:";
  const cookie = (name: string, sameSite: CookieOptions["sameSite"]): AuthCookie => ({
    name: `${secure ? "__Host-" : ""}countinghouse.${name}`,
    options: { httpOnly: true, sameSite, path: "/", secure },
  });
  return {
    session: cookie("session", "lax"),
    challenge: cookie("challenge", "strict"),
    setup: cookie("setup", "strict"),
    device: cookie("device", "lax"),
    csrf: cookie("csrf-token", "lax"),
    callbackUrl: cookie("callback-url", "lax"),
  };
}
