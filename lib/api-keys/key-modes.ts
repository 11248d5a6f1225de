import type { Env } from "@/lib/env";
import type { KeyMode } from "@/lib/ids/key-id";

/** The modes that keys can be made for: live ones only where the acquirer takes real money. */
export function keyModes({
  GATEWAY,
  STRIPE_SECRET_KEY,
}: Pick<Env, "GATEWAY" | "STRIPE_SECRET_KEY">): readonly KeyMode[] {
  return GATEWAY === "stripe" && STRIPE_SECRET_KEY?.includes("_live_") ? ["test", "live"] : ["test"];
}
