/**
 * The named cookies of a `Cookie` header (RFC 6265, 4.2.1). One that comes with two different values is not there: one of
 * them was planted, and nobody can tell which. Other cookies are not looked at.
 */
export function readCookies(header: string | null, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  const ambiguous = new Set<string>();
  for (const [name, value] of pairsOf(header)) {
    if (!names.includes(name)) continue;
    if (Object.hasOwn(found, name) && found[name] !== value) ambiguous.add(name);
    found[name] = value;
  }
  return Object.fromEntries(Object.entries(found).filter(([name]) => !ambiguous.has(name)));
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
