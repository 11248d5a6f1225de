/** The named cookies of a `Cookie` header (RFC 6265, 4.2.1); the first of two with one name. Others are not looked at. */
export function readCookies(header: string | null, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (names.includes(name) && !Object.hasOwn(found, name)) found[name] = decode(pair.slice(equals + 1).trim());
  }
  return found;
}

/** next-auth percent-encodes its values; what does not decode is taken as it stands. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
