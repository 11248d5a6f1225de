/**
 * The named cookies of a `Cookie` header (RFC 6265, 4.2.1). One that comes with two different values is not there: one of
 * them was planted, and nobody can tell which. Other cookies are not looked at.
 */
export function readCookies(header: string | null, names: readonly string[]): Record<string, string> {
  const found = names.map((name) => [name, cookieValues(header, name)] as const);
  return Object.fromEntries(
    found.flatMap(([name, [value, ...others]]) => (value !== undefined && others.length === 0 ? [[name, value]] : [])),
  );
}

/** The different values under which a cookie comes: more than one, and it is doubled. */
export function cookieValues(header: string | null, wanted: string): string[] {
  return [...new Set([...pairsOf(header)].flatMap(([name, value]) => (name === wanted ? [value] : [])))];
}

function* pairsOf(header: string | null): Generator<[string, string]> {
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    yield [pair.slice(0, Math.max(equals, 0)).trim(), decode(pair.slice(equals + 1).trim())];
  }
}

/** next-auth percent-encodes its values; what does not decode is taken as it stands. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
