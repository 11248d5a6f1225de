import { z } from "zod";
import { freeText } from "@/lib/sensitive/free-text";
import { addressBlocks } from "./address-blocks";
import { API_PERMISSIONS } from "./permissions";

/** How long the old secret stays good beside a new one, in seconds: time to bring the new one to every server. */
export const GRACE_SECONDS = { none: 0, hour: 3_600, day: 86_400, week: 604_800 } as const;

export const DEFAULT_GRACE: keyof typeof GRACE_SECONDS = "day";

/** A new key, as its form sends it. */
export const apiKeyInput = z.strictObject({
  name: z.string().trim().pipe(freeText(80)),
  mode: z.enum(["test", "live"]),
  permissions: z
    .array(z.enum(API_PERMISSIONS))
    .min(1, "Choose at least one permission.")
    .transform((chosen) => API_PERMISSIONS.filter((permission) => chosen.includes(permission))),
  /** Addresses and CIDR blocks; none means from anywhere. */
  ipAllowList: addressBlocks,
  /** Days from now, on the database's clock; null for a key that does not expire. */
  expiresInDays: z.int().min(1).max(3650).nullable(),
});

export type NewApiKey = z.output<typeof apiKeyInput>;

/** What every act on a key of one's own merchant names. */
export const apiKeyRef = z.strictObject({ id: z.string().max(64) });

export const rotationInput = z.strictObject({ id: z.string().max(64), grace: z.enum(["none", "hour", "day", "week"]) });
