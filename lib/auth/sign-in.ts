import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { keyRing } from "@/lib/keys/key-ring";
import { messageChannels } from "@/lib/messages/channels";
import type { AssertionOptions } from "@/lib/passkeys/begin-assertion";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { noteDoubledCookie } from "@/lib/sessions/note-refused-token";
import { sessions } from "@/lib/sessions/sessions";
import { authCookies, SESSION_COOKIE_AFTER_SECONDS } from "./auth-cookies";
import type { SignInChallenge } from "./challenge-store";
import { readDevice } from "./device";
import { handleNextAuth, type NextAuthRequest } from "./next-auth-handler";
import { nextAuthWork } from "./next-auth-work";
import type { Channel } from "./one-time-code-store";
import { cookieValues } from "./read-cookies";
import type { RequestOrigin } from "./request-origin";
import { type SendSignInCodeOutcome, sendSignInCode } from "./send-sign-in-code";
import { readChallenge } from "./sign-in-challenge";
import { type SignInChoices, signInChoices } from "./sign-in-choices";
import { askForAnyPasskey, askForSecondFactor } from "./sign-in-with-passkey";
import { type StartInput, type StartOutcome, startSignIn } from "./start-sign-in";

// Sign-in as this process runs it: the use cases of this folder on its database, keys and environment.

/** First step: e-mail and password, for a challenge. */
export async function startProcessSignIn({
  deviceCookie,
  ...input
}: Omit<StartInput, "deviceId"> & Readonly<{ deviceCookie: string | null }>): Promise<StartOutcome> {
  const { AUTH_SECRET } = env();
  const deps = { client: database(), ring: await keyRing(), limits: processLimits() };
  return startSignIn(deps, { ...input, deviceId: readDevice(AUTH_SECRET, deviceCookie) });
}

/** The open challenge of a browser's cookie, or null. */
export function openChallengeOf(token: string | null): Promise<SignInChallenge | null> {
  return readChallenge(database().db, token);
}

/** By what its person may prove the rest. */
export async function choicesFor(challenge: SignInChallenge): Promise<SignInChoices> {
  return signInChoices({ db: database().db, ring: await keyRing(), channels: messageChannels() }, challenge);
}

/** Sends a code for the challenge of a browser's cookie. */
export async function sendProcessSignInCode(
  challengeToken: string | null,
  channel: Channel,
  origin: RequestOrigin,
): Promise<SendSignInCodeOutcome> {
  const deps = { client: database(), ring: await keyRing(), limits: processLimits(), channels: messageChannels() };
  return sendSignInCode(deps, { challengeToken, channel, origin });
}

/** For a sign-in without a password. Throws 429 beyond the address's quota. */
export function askProcessForAnyPasskey(origin: RequestOrigin): Promise<AssertionOptions> {
  return askForAnyPasskey(passkeyDeps(), origin);
}

/** After the password, by the challenge of the browser's cookie; null when it is over. */
export function askProcessForSecondFactor(
  challengeToken: string | null,
  origin: RequestOrigin,
): Promise<AssertionOptions | null> {
  return askForSecondFactor(passkeyDeps(), challengeToken, origin);
}

function passkeyDeps() {
  const { APP_URL: appUrl } = env();
  return { client: database(), appUrl, limits: processLimits() };
}

/** Second step, session and sign-out: next-auth's endpoints. */
export async function answerNextAuth(request: NextAuthRequest, origin: RequestOrigin): Promise<Response> {
  const { APP_URL, AUTH_SECRET, SESSION_ABSOLUTE_SECONDS, LOCKOUT_SECONDS } = env();
  const cookies = authCookies(APP_URL);
  const work = nextAuthWork(
    {
      client: database(),
      ring: keyRing,
      sessions: sessions(),
      lockoutSeconds: LOCKOUT_SECONDS,
      appUrl: APP_URL,
      limits: processLimits(),
      secret: AUTH_SECRET,
    },
    { headers: request.headers, cookies, origin },
  );
  const sent = cookieValues(request.headers.get("cookie"), cookies.session.name);
  if (sent.length > 1) await noteDoubledCookie({ client: database(), sessions: sessions() }, sent, origin);
  const cookieSeconds = SESSION_ABSOLUTE_SECONDS + SESSION_COOKIE_AFTER_SECONDS;
  const settings = { appUrl: APP_URL, secret: AUTH_SECRET, cookies, cookieSeconds };
  return handleNextAuth(request, settings, work);
}
