import { headers } from "next/headers";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors/app-error";

/** Throws unless one of our own pages sent the request: a page of another site cannot forge it (ASVS 3.5.1). */
export async function requireOwnOrigin(): Promise<void> {
  const appOrigin = new URL(env().APP_URL).origin;
  if ((await headers()).get("origin") === appOrigin) return;
  throw new AppError("origin_refused", `This page was opened under another address. Open ${appOrigin} and try again.`);
}
