import { type Finding, MASKED } from "./finding";

/** Secrets of ours (`cs_…` signs requests, `whsec_…` webhooks) and of payment gateways that name theirs alike. */
const PREFIXED_SECRET = /(?<![A-Za-z0-9])((?:cs|sk|rk)_(?:test|live)_|whsec_)[A-Za-z0-9+/=_-]+/g;
/** JWS and JWE in compact form (RFC 7515, RFC 7516): `eyJ` is base64url for `{"`. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g;
const AUTH_SCHEME = /\b(bearer|basic|digest|negotiate)(\s+|%20|\+)([A-Za-z0-9._~+/=%-]{6,})/gi;
/** "Basic authentication" is prose; a credential has a digit or a sign in it, or is long. */
const CREDENTIAL = /[0-9=._~+/%-]|.{20}/;

const HINT = /_(?:test|live)_|whsec_|eyJ|(?:bearer|basic|digest|negotiate)[\s+%]/i;

/** Secrets that show themselves by their form. Linear in the length of the text. */
export function findTokens(text: string): Finding[] {
  if (!HINT.test(text)) return [];
  const found: Finding[] = [];
  for (const match of text.matchAll(PREFIXED_SECRET)) found.push(spanOf(match, `${match[1]}${MASKED}`));
  for (const match of text.matchAll(JWT)) found.push(spanOf(match, "[jwt]"));
  for (const match of text.matchAll(AUTH_SCHEME)) {
    if (CREDENTIAL.test(match[3] ?? "")) found.push(spanOf(match, `${match[1]} ${MASKED}`));
  }
  return found;
}

/** In a web address a slash ends the host, and an `@` after it is part of the path. */
const WEB_PASSWORD = /(?<=\bhttps?:\/\/[^\s/?#:@]{0,256}:)[^\s/?#]+(?=@)/gi;
/** Database and queue addresses: here people do paste passwords with raw slashes, up to the last `@`. */
const STORE_PASSWORD = /(?<=\b(?!https?:)[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#:@]{0,256}:)[^\s"'<>]+(?=@)/gi;

/** Passwords in the user part of a URL: `postgres://app:…@host`. */
export function findUrlPasswords(text: string): Finding[] {
  if (!text.includes("://")) return [];
  return [...text.matchAll(WEB_PASSWORD), ...text.matchAll(STORE_PASSWORD)].map((match) => spanOf(match, MASKED));
}

const EMAIL =
  /(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{0,63}(@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24})/g;

/** E-mail addresses, to be shown as `a•••@example.com`. */
export function findEmails(text: string): Finding[] {
  return Array.from(text.matchAll(EMAIL), (match) => spanOf(match, `${match[1]}•••${match[2]}`));
}

function spanOf(match: RegExpExecArray, text: string): Finding {
  return { start: match.index, end: match.index + match[0].length, text };
}
