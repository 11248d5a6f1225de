import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { normalizeEmail } from "@/lib/auth/email";
import { hashPassword } from "@/lib/auth/password";
import { checkNewPassword } from "@/lib/auth/password-rules";
import type { RequestOrigin } from "@/lib/auth/request-origin";
import { takeAddressLimit } from "@/lib/auth/sign-in-limits";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { randomToken } from "@/lib/crypto/random";
import { newTotpSecret } from "@/lib/factors/authenticator-enrolment";
import { newId } from "@/lib/ids/id";
import { isCountry } from "@/lib/places/countries";
import { isTimeZone } from "@/lib/places/time-zones";
import { addressBlock } from "@/lib/rate-limit/address-block";
import type { Limits } from "@/lib/rate-limit/limits";
import { freeText } from "@/lib/sensitive/free-text";
import { hasMerchant } from "./first-merchant-store";
import { sealSetup } from "./pending-setup";
import { insertPendingSetup } from "./pending-setup-store";

/** From the form to the last moment for the authenticator's code. */
export const SETUP_TTL_SECONDS = 1800;

/** They are stored in the open and shown on every page. */
const name = freeText(100);
const WITHIN = ", in at most 100 characters and without card numbers.";

export type SetupField = "businessName" | "country" | "timeZone" | "name" | "email" | "password";
export type SetupForm = Readonly<Record<SetupField, string>>;

export type BeginOutcome =
  /** `token` goes into the browser's cookie and nowhere else. */
  | { kind: "begun"; token: string }
  | { kind: "refused"; field: SetupField; message: string }
  | { kind: "limited"; retryAfterSeconds: number }
  /** There is a merchant. */
  | { kind: "over" };

export type BeginDependencies = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  limits: Limits;
}>;

/**
 * The first step of the first run: keeps what was entered, sealed, for half an hour, with the secret of the authenticator
 * that the owner enrols next. Nothing of it is a merchant yet. Whoever reaches an empty server may do this.
 */
export async function beginSetup(
  { client, ring, limits }: BeginDependencies,
  form: SetupForm,
  origin: RequestOrigin,
): Promise<BeginOutcome> {
  if (await hasMerchant(client.db)) return { kind: "over" };
  const limit = await takeAddressLimit(limits, origin);
  if (!limit.allowed) {
    await noteRefusal(client, origin, "rate_limited");
    return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  }
  const email = normalizeEmail(form.email);
  if (email === null) await noteRefusal(client, origin, "malformed_email");
  if (email === null) return refuse("email", "This is not an email address that we can write to. Check its spelling.");
  const entered = { ...form, businessName: form.businessName.trim(), name: form.name.trim(), email };
  const refused = refusalOf(entered) ?? (await refusalOfPassword(entered));
  if (refused !== null) return refused;

  const id = newId("stu");
  const token = randomToken();
  const sealed = sealSetup(ring, id, {
    merchant: {
      id: newId("mer"),
      name: entered.businessName,
      country: entered.country,
      timeZone: entered.timeZone,
      // RBI: card numbers of customers in India are not to be kept.
      vaultMode: entered.country === "IN" ? "transient" : "keep",
    },
    owner: { id: newId("usr"), email, name: entered.name, passwordHash: await hashPassword(entered.password) },
    totpSecret: newTotpSecret(),
  });
  const context: AuditContext = { actor: { type: "system", id: "setup" }, merchantId: null, ...origin };
  await transact(client, context, (tx) => insertPendingSetup(tx, { id, token, sealed, ttlSeconds: SETUP_TTL_SECONDS }));
  return { kind: "begun", token };
}

function refuse(field: SetupField, message: string): BeginOutcome {
  return { kind: "refused", field, message };
}

function refusalOf(form: SetupForm): BeginOutcome | null {
  if (!name.safeParse(form.businessName).success)
    return refuse("businessName", `Type the name of your business${WITHIN}`);
  if (!name.safeParse(form.name).success) return refuse("name", `Type your name${WITHIN}`);
  if (!isCountry(form.country)) return refuse("country", "Choose the country of your business.");
  if (!isTimeZone(form.timeZone)) return refuse("timeZone", "Choose the time zone that pages should show.");
  return null;
}

async function refusalOfPassword({ password, email, name, businessName }: SetupForm): Promise<BeginOutcome | null> {
  const verdict = await checkNewPassword(password, { email, name, merchantName: businessName });
  return verdict.ok ? null : refuse("password", verdict.message);
}

/** So many for each address: anybody may send such a form. */
function noteRefusal(
  client: DatabaseClient,
  origin: RequestOrigin,
  reason: "rate_limited" | "malformed_email",
): Promise<void> {
  const context: AuditContext = { actor: { type: "system", id: "setup" }, merchantId: null, ...origin };
  const about = { resourceType: "merchant", resourceId: null, details: { reason } } as const;
  return transact(client, context, (tx) =>
    recordRepeated(tx, context, { action: "setup.refused", outcome: "denied", ...about }, addressBlock(origin.ip)),
  );
}
