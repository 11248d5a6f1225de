import { z } from "zod";
import { open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { parseId } from "@/lib/ids/id";
import type { FirstMerchant, FirstOwner } from "./first-merchant-store";

/** All that was entered, kept until its owner has enrolled an authenticator: the password as its hash. */
export type PendingSetup = Readonly<{ merchant: FirstMerchant; owner: FirstOwner; totpSecret: string }>;

const merchantId = z.string().transform((text, context) => parseId("mer", text) ?? issue(context));
const userId = z.string().transform((text, context) => parseId("usr", text) ?? issue(context));

function issue(context: z.RefinementCtx) {
  context.addIssue("is no id");
  return z.NEVER;
}

const shape = z.strictObject({
  merchant: z.strictObject({
    id: merchantId,
    name: z.string(),
    country: z.string(),
    timeZone: z.string(),
    vaultMode: z.enum(["keep", "transient"]),
  }),
  owner: z.strictObject({ id: userId, email: z.string(), name: z.string(), passwordHash: z.string() }),
  totpSecret: z.string(),
});

/** As `pending_setups.sealed` holds it; it opens in that row alone. */
export function sealSetup(ring: KeyRing, id: string, setup: PendingSetup): string {
  return seal(ring, "personal-data", JSON.stringify(setup), locationOf(id));
}

/** Throws DecryptionError for what was altered or belongs to another row. */
export function openSetup(ring: KeyRing, id: string, sealed: string): PendingSetup {
  return shape.parse(JSON.parse(open(ring, "personal-data", sealed, locationOf(id))));
}

/** There is no merchant yet, and so none that the value could be moved to. */
function locationOf(rowId: string) {
  return { merchantId: "none", table: "pending_setups", column: "sealed", rowId };
}
