import type { AuthCookie } from "./auth-cookies";
import type { CodeRefusal } from "./sign-in-messages";

type HeaderValue = string | readonly string[];

/**
 * Collects what next-auth says on a response of the Pages router, which is callbacks, and makes one Response of it.
 * Only the methods that next-auth calls are here.
 */
export class NextAuthAnswer {
  #status = 200;
  #headers = new Map<string, HeaderValue>();
  #body: string | null = null;
  /** Where next-auth sends the visitor, as a redirect or as JSON. */
  redirect: string | null = null;

  status(code: number): this {
    this.#status = code;
    return this;
  }

  getHeader(name: string): HeaderValue | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  setHeader(name: string, value: HeaderValue): this {
    if (name.toLowerCase() === "location" && typeof value === "string") this.redirect = value;
    this.#headers.set(name.toLowerCase(), value);
    return this;
  }

  json(value: unknown): void {
    if (isRedirect(value)) this.redirect = value.url;
    this.setHeader("content-type", "application/json");
    this.#body = JSON.stringify(value);
  }

  send(body: unknown): void {
    if (typeof body === "string" || body === undefined) this.#body = body ?? null;
    else this.json(body);
  }

  end(): void {}

  /** A code that signed nobody in: 401 with the reason and nothing else, whichever form the request had. */
  refuse(reason: CodeRefusal): void {
    this.#headers.delete("location");
    this.status(401).json({ error: reason });
  }

  /** Takes back what was set so far. */
  setNoCookies(): void {
    this.#headers.delete("set-cookie");
  }

  dropCookie(cookie: AuthCookie): void {
    this.setCookie(cookie, "", 0);
  }

  /** `value` is of characters that a cookie may hold as they are. */
  setCookie({ name, options: { sameSite, secure } }: AuthCookie, value: string, maxAgeSeconds: number): void {
    const attributes = `Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=${sameSite === "strict" ? "Strict" : "Lax"}`;
    const line = `${name}=${value}; ${attributes}${secure ? "; Secure" : ""}`;
    const others = this.getHeader("set-cookie") ?? [];
    this.setHeader("set-cookie", [...(typeof others === "string" ? [others] : others), line]);
  }

  toResponse(): Response {
    const headers = new Headers();
    for (const [name, value] of this.#headers) {
      for (const each of typeof value === "string" ? [value] : value) headers.append(name, each);
    }
    return new Response(this.#body, { status: this.#status, headers });
  }
}

function isRedirect(value: unknown): value is { url: string } {
  return typeof value === "object" && value !== null && "url" in value && typeof value.url === "string";
}
