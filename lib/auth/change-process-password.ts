import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { keyRing } from "@/lib/keys/key-ring";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { sessions } from "@/lib/sessions/sessions";
import { type ChangeInput, type ChangeOutcome, changePassword } from "./change-password";

/** `changePassword` on this process's database, keys and environment. */
export async function changeProcessPassword(input: ChangeInput): Promise<ChangeOutcome> {
  const ring = await keyRing();
  const deps = { client: database(), ring, limits: processLimits(), sessions: sessions(), appUrl: env().APP_URL };
  return changePassword(deps, input);
}
