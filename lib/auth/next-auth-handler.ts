import NextAuth, { type AuthOptions } from "next-auth";
import { AppError } from "@/lib/errors/app-error";
import { DEVICE_COOKIE_SECONDS } from "./device";
import { localPath } from "./local-path";
import { NextAuthAnswer } from "./next-auth-answer";
import {
  type NextAuthSettings,
  type NextAuthTrace,
  type NextAuthWork,
  nextAuthOptions,
  PASSKEY_PROVIDER,
  SECOND_FACTOR_PROVIDER,
} from "./next-auth-options";
import { readCookies } from "./read-cookies";

/** One request to `/api/auth/…`, with its body read and capped. */
export type NextAuthRequest = Readonly<{
  method: string;
  /** The path behind `/api/auth`. */
  segments: readonly string[];
  headers: Headers;
  query: URLSearchParams;
  /** `application/x-www-form-urlencoded`; empty for a GET. */
  form: URLSearchParams;
}>;

const SESSION = "GET session";

/** All that we use of next-auth. Its log endpoint, its own pages and its other providers' ways in are not reachable. */
const ENDPOINTS = new Set([
  "GET csrf",
  "GET providers",
  SESSION,
  "GET signin",
  "GET signout",
  "POST signout",
  `POST callback/${SECOND_FACTOR_PROVIDER}`,
  `POST callback/${PASSKEY_PROVIDER}`,
]);
const FORM_FIELDS = ["csrfToken", "callbackUrl", "json", "code", "method", "passkey"];

/**
 * Answers one of next-auth's endpoints. Throws an AppError for a request that is not in order, and whatever the database
 * threw: then no cookie is set or taken away.
 */
export async function handleNextAuth(
  request: NextAuthRequest,
  settings: NextAuthSettings,
  work: NextAuthWork,
): Promise<Response> {
  refuseForeignOrigin(request, settings);
  const endpoint = `${request.method} ${request.segments.join("/")}`;
  if (!ENDPOINTS.has(endpoint)) throw new AppError("not_found", "There is no such page.");
  const trace: NextAuthTrace = { failure: null, outcome: null, signedOut: false };
  const answer = new NextAuthAnswer();
  pinOrigin(settings.appUrl);
  await runNextAuth(toPagesRequest(request, settings), answer, nextAuthOptions(settings, work, trace));
  if (trace.failure !== null) throw trace.failure.thrown;
  if (refusesCsrf(answer, trace, settings)) {
    throw new AppError("origin_refused", "This form is out of date. Reload the page and try again.");
  }
  // next-auth would set the cookie that was sent again, or take it away. A sign-in, a sign-out or a new token of this
  // moment may have been answered before: a look at the session changes nothing.
  if (endpoint === SESSION) answer.setNoCookies();
  return finish(answer, trace, settings, work);
}

/** A redirect of next-auth's own, where nothing was decided: an address that somebody asked for may read the same. */
function refusesCsrf({ redirect }: NextAuthAnswer, trace: NextAuthTrace, { appUrl }: NextAuthSettings): boolean {
  if (redirect === null || trace.outcome !== null || trace.signedOut) return false;
  return ["signin", "signout"].some((page) => redirect === new URL(`/api/auth/${page}?csrf=true`, appUrl).href);
}

/** Browsers say who sent a POST. What sends no Origin is no browser, and still needs the CSRF token (ASVS 3.5.1). */
function refuseForeignOrigin({ method, headers }: NextAuthRequest, { appUrl }: NextAuthSettings): void {
  const origin = headers.get("origin");
  if (method === "GET" || origin === null || origin === new URL(appUrl).origin) return;
  throw new AppError("origin_refused", "This request comes from another site. Open our sign-in page and try again.");
}

/**
 * next-auth takes the origin of its links from this variable, or else believes the Host header. The variable is written
 * here, from the one setting there is, so that no deployment can forget it or contradict APP_URL.
 */
function pinOrigin(appUrl: string): void {
  // biome-ignore lint/style/noProcessEnv: written for next-auth, which reads it from nowhere else; read by none of ours
  process.env.NEXTAUTH_URL = new URL("/api/auth", appUrl).href;
}

/** next-auth's form for the Pages router: plain values in, calls on a response out. It needs nothing of Next.js. */
const runNextAuth = NextAuth as unknown as (
  request: ReturnType<typeof toPagesRequest>,
  answer: NextAuthAnswer,
  options: AuthOptions,
) => Promise<void>;

function toPagesRequest({ method, segments, headers, query, form }: NextAuthRequest, settings: NextAuthSettings) {
  if ([...form.keys()].some((name) => !FORM_FIELDS.includes(name))) {
    throw new AppError("field_unknown", "This form has a field that is not known here.");
  }
  const { session, csrf, callbackUrl } = settings.cookies;
  const cookies = readCookies(headers.get("cookie"), [session.name, csrf.name, callbackUrl.name]);
  const remembered = cookies[callbackUrl.name];
  // next-auth answers 500 to an address that is none, wherever it stands.
  const toOurs = (address: string) => new URL(localPath(address, settings.appUrl), settings.appUrl).href;
  if (remembered !== undefined) cookies[callbackUrl.name] = toOurs(remembered);
  const asked = query.get("callbackUrl");
  return {
    method,
    // Only what it needs to see: no header, and no cookie but its own three.
    headers: {},
    cookies,
    query: { nextauth: [...segments], ...(asked === null ? {} : { callbackUrl: toOurs(asked) }) },
    body: method === "POST" ? Object.fromEntries(form) : undefined,
  };
}

function finish(
  answer: NextAuthAnswer,
  { outcome, signedOut }: NextAuthTrace,
  { cookies }: NextAuthSettings,
  { deviceCookie }: NextAuthWork,
): Response {
  if (outcome !== null && outcome.kind !== "signed_in") answer.refuse(outcome.kind);
  if (outcome?.kind === "signed_in" || outcome?.kind === "challenge_gone") answer.dropCookie(cookies.challenge);
  if (outcome?.kind === "signed_in")
    answer.setCookie(cookies.device, deviceCookie(outcome.deviceId), DEVICE_COOKIE_SECONDS);
  // ASVS 14.3.1. Not "cookies": that would sign the visitor out of every site on this host name.
  if (signedOut) answer.setHeader("clear-site-data", '"cache", "storage"');
  return answer.toResponse();
}
