import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { currentSession, heldSession } from "./current-session";

/** The session; or else a way to sign in, or to release a held session, that leads back here. */
export async function requireSession(): Promise<CurrentSession> {
  const session = await currentSession();
  if (session) return session;
  const door = (await heldSession()) ? "/login/confirm" : "/login";
  const path = (await headers()).get("x-countinghouse-path");
  redirect(path && path !== "/" ? `${door}?callbackUrl=${encodeURIComponent(path)}` : door);
}
