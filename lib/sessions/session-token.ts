/** 32 bytes in base64url; anything else is not worth a question to a store. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export function isSessionToken(text: string): boolean {
  return TOKEN.test(text);
}

/** How stale the moment of last use may be: every request would otherwise write. An idle limit errs to the short side by it. */
export const TOUCH_SECONDS_MAX = 30;
