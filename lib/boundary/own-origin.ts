import { headers } from "next/headers";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors/app-error";

/**
 * Whether the request names our own host. A page of another site whose name is made to lead to this machine (DNS rebinding)
 * sends its own.
 */
export async function isOwnHost(): Promise<boolean> {
  return (await headers()).get("host") === new URL(env().APP_URL).host;
}

/** Throws unless one of our own pages sent the request: a page of another site cannot forge it (ASVS 3.5.1). */
export async function requireOwnOrigin(): Promise<void> {
  const appOrigin = new URL(env().APP_URL).origin;
  if ((await headers()).get("origin") === appOrigin) return;
  throw new AppError("origin_refused", `This page was opened under another address. Open ${appOrigin} and try again.`);
}
