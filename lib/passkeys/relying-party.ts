/** Who asks for passkeys (WebAuthn 5.4.2): the host of APP_URL, and no part of a domain above it. */
export type RelyingParty = Readonly<{ id: string; name: string; origin: string }>;

export function relyingParty(appUrl: string): RelyingParty {
  const { hostname, origin } = new URL(appUrl);
  return { id: hostname, name: "Countinghouse", origin };
}

/** How long a person has to answer their authenticator, in seconds; the same for the browser and for the database. */
export const CEREMONY_SECONDS = 300;

/**
 * What a user is called inside their authenticator (WebAuthn 14.6.1: no personal data). Their id is random, and says
 * nothing but which account a discovered passkey is for.
 */
export function userHandle(userId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(userId);
}
