import { type NextRequest, NextResponse } from "next/server";

const IS_DEVELOPMENT = process.env.NODE_ENV === "development";

/**
 * A convenience of pages: a fresh nonce for the content security policy, and the path for the way back after sign-in. It
 * guards nothing; with this file deleted nobody gets in who could not before.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-csp-nonce", nonce);
  // Next.js reads the nonce for its own scripts from here.
  headers.set("content-security-policy", policy);
  headers.set("x-countinghouse-path", request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  matcher: [{ source: "/((?!api/|_next/static|_next/image|icon\\.svg$|favicon\\.ico$).*)" }],
};

/** Scripts and styles work only with this response's nonce or from our own files (ASVS 3.4.3). */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${IS_DEVELOPMENT ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' 'nonce-${nonce}'${IS_DEVELOPMENT ? " 'unsafe-inline'" : ""}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${IS_DEVELOPMENT ? " ws:" : ""}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}
