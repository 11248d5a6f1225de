import type { AuthOptions, Session } from "next-auth";
import type { JWT } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import type { DeviceId } from "@/lib/ids/id";
import { logger } from "@/lib/logging/logger";
import { parseJson } from "@/lib/passkeys/answers";
import type { CurrentSession } from "@/lib/sessions/session-store";
import type { AuthCookies } from "./auth-cookies";
import { localPath } from "./local-path";
import { readCodeMethod } from "./second-factor/code-methods";
import type { Proof, SecondFactorOutcome } from "./verify-second-factor";

/** After the password. */
export const SECOND_FACTOR_PROVIDER = "second-factor";
/** Instead of it. */
export const PASSKEY_PROVIDER = "passkey";

export type NextAuthSettings = Readonly<{
  appUrl: string;
  secret: string;
  cookies: AuthCookies;
  /** How long browsers keep the session cookie. The store decides how long it is worth something. */
  cookieSeconds: number;
}>;

/** What one request may do; each reaches the database once the request is known to be in order. */
export type NextAuthWork = Readonly<{
  /** By which the browser is known from its sign-in on. */
  deviceCookie: (id: DeviceId) => string;
  verifySecondFactor: (proof: Proof) => Promise<SecondFactorOutcome>;
  /** `answer` is the browser's, unchecked. */
  signInWithPasskey: (answer: unknown) => Promise<SecondFactorOutcome>;
  resolveSession: (token: string) => Promise<CurrentSession | null>;
  signOut: (session: CurrentSession) => Promise<void>;
}>;

/**
 * What one request came to. next-auth swallows what its callbacks throw: it would answer "signed out" to a sign-out that
 * failed, and take the cookie away when the database did not answer. So failures are kept here, for the handler to throw.
 */
export type NextAuthTrace = {
  failure: { thrown: unknown } | null;
  outcome: SecondFactorOutcome | null;
  signedOut: boolean;
};

/**
 * next-auth keeps the protocol: CSRF token, cookies, callback URL. Sessions are ours: where it would write a signed token
 * into the cookie (`encode`) stands the store's opaque one, and where it would read one (`decode`) the store is asked.
 */
export function nextAuthOptions(settings: NextAuthSettings, work: NextAuthWork, trace: NextAuthTrace): AuthOptions {
  const noting = notingFailuresIn(trace);
  return {
    secret: settings.secret,
    useSecureCookies: settings.cookies.session.options.secure,
    cookies: cookieOptions(settings.cookies),
    pages: { signIn: "/login", signOut: "/", error: "/login", verifyRequest: "/login" },
    session: { strategy: "jwt", maxAge: settings.cookieSeconds },
    providers: providers((prove) =>
      noting(async (fields) => {
        trace.outcome = await prove(work, fields ?? {});
        return trace.outcome.kind === "signed_in" ? trace.outcome.user : null;
      }),
    ),
    // Its words for what the trace has already, and for cookies of sessions that have ended: a line for debugging.
    logger: { error: logCode, warn: logCode, debug: logCode },
    jwt: {
      encode: noting(async ({ token }) => readToken(token)),
      decode: noting(async ({ token = "" }) => {
        const session = await work.resolveSession(token);
        return session && { ...session, token };
      }),
    },
    callbacks: {
      redirect: ({ url }) => new URL(localPath(url, settings.appUrl), settings.appUrl).href,
      jwt: ({ token }) => (trace.outcome?.kind === "signed_in" ? { token: trace.outcome.token } : token),
      session: ({ token }) => toPublicSession(token),
    },
    events: {
      signOut: noting(async ({ token }) => {
        if (isResolved(token)) await work.signOut(token);
        trace.signedOut = true;
      }),
    },
  };
}

type Fields = Readonly<Partial<Record<"method" | "code" | "passkey", string>>>;
type Prove = (work: NextAuthWork, fields: Fields) => Promise<SecondFactorOutcome>;
type Authorize = (fields: Fields | undefined) => Promise<{ id: string } | null>;

function providers(authorize: (prove: Prove) => Authorize): AuthOptions["providers"] {
  return [
    CredentialsProvider({
      id: SECOND_FACTOR_PROVIDER,
      name: "Second factor",
      credentials: { method: {}, code: {}, passkey: {} },
      authorize: authorize(async (work, fields) => {
        return work.verifySecondFactor(readProof(fields));
      }),
    }),
    CredentialsProvider({
      id: PASSKEY_PROVIDER,
      name: "Passkey",
      credentials: { passkey: {} },
      authorize: authorize((work, { passkey = "" }) => work.signInWithPasskey(parseJson(passkey))),
    }),
  ];
}

function readProof({ method: named, code = "", passkey = "" }: Fields): Proof {
  if (named === "passkey") return { method: "passkey", answer: parseJson(passkey) };
  const method = readCodeMethod(named);
  return method === null ? { method: "unknown" } : { method, code };
}

function logCode(code: string): void {
  logger.debug({ code }, "next-auth");
}

function notingFailuresIn(trace: NextAuthTrace) {
  return <Arguments extends unknown[], Result>(work: (...parameters: Arguments) => Promise<Result>) =>
    async (...parameters: Arguments): Promise<Result> => {
      try {
        return await work(...parameters);
      } catch (thrown) {
        trace.failure ??= { thrown };
        throw thrown;
      }
    };
}

function cookieOptions({ session, csrf, callbackUrl }: AuthCookies): NonNullable<AuthOptions["cookies"]> {
  const copy = ({ name, options }: AuthCookies["session"]) => ({ name, options: { ...options } });
  return { sessionToken: copy(session), csrfToken: copy(csrf), callbackUrl: copy(callbackUrl) };
}

/** What `decode` made. `JWT` is next-auth's word for it: there is no such token anywhere. */
function isResolved(token: JWT | null | undefined): token is JWT & CurrentSession {
  return typeof token?.sessionId === "string";
}

function readToken(token: JWT | undefined): string {
  const opaque = token?.token;
  if (typeof opaque !== "string") throw new Error("next-auth asked for the cookie of no session");
  return opaque;
}

/** What scripts of the page may know of the session: ids and limits stay on the server, and of a held one everything. */
function toPublicSession(token: JWT): Session {
  if (!isResolved(token)) throw new Error("next-auth asked for the face of no session");
  const expires = token.expiresAt.toISOString();
  if (token.heldAt !== null) return { expires };
  const { name, email, role } = token.user;
  const user = { name, email, role };
  return { user, expires };
}
