/** Stands for "this site": no browser ever sees it, and nothing answers to it (RFC 2606). */
const HERE = "http://here.invalid";

/**
 * Where to go after sign-in or sign-out, if that is a page of this site: path, query and fragment, as a browser would
 * read them. "/" for anything else: another origin in any spelling (`//host`, `/\host`, `https:host`), and what is no
 * page. `appUrl` also lets in an address that names our own origin in full.
 */
export function localPath(given: unknown, appUrl = HERE): string {
  if (typeof given !== "string" || given.length > 2048) return "/";
  const base = new URL(appUrl).origin;
  if (!given.startsWith("/") && !given.startsWith(`${base}/`)) return "/";
  const url = URL.parse(given, base);
  if (url?.origin !== base || url.username !== "" || /^\/api(\/|$)/.test(url.pathname)) return "/";
  // A path of two slashes ("/.//host") would be read as a host by whoever gets it next.
  return url.pathname.startsWith("//") ? "/" : url.pathname + url.search + url.hash;
}
