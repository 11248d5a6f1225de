import { desc } from "drizzle-orm";
import type { AuditContext } from "@/db/audit-context";
import { auditEntries } from "@/db/schema";
import { transact } from "@/db/transact";
import { APP_URL, ORIGIN, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { beginPasskeyEnrolment, finishPasskeyEnrolment } from "../enrol-passkey";
import { SoftwareAuthenticator } from "./software-authenticator";

/** A user with a passkey, and the authenticator that has it. */
export type PasskeyOwner = Readonly<{ user: TestUser; authenticator: SoftwareAuthenticator; context: AuditContext }>;

export function contextOf({ userId, merchantId }: TestUser): AuditContext {
  return { actor: { type: "user", id: userId }, merchantId, ...ORIGIN };
}

export const personOf = ({ userId, email }: TestUser) => ({ id: userId, email, name: "Asha Rao" });

/** Enrols a passkey as /security does, without the proof that it asks for first. */
export async function enrol(
  world: SignInWorld,
  user: TestUser,
  kind?: ConstructorParameters<typeof SoftwareAuthenticator>[1],
): Promise<PasskeyOwner> {
  const authenticator = new SoftwareAuthenticator(APP_URL, kind);
  const context = contextOf(user);
  const person = personOf(user);
  const options = await beginPasskeyEnrolment(world.client.db, APP_URL, person, "ses_test");
  const answer = authenticator.create(options);
  const outcome = await transact(world.client, context, (tx) =>
    finishPasskeyEnrolment(tx, { context, appUrl: APP_URL }, { person, subject: "ses_test", name: "Key", answer }),
  );
  if (outcome.kind !== "enrolled") throw new Error(`the passkey was not enrolled: ${outcome.kind}`);
  return { user, authenticator, context };
}

/** The newest entry of an action, as the owner of the database reads it. */
export async function lastReason(world: SignInWorld, action: string): Promise<unknown> {
  const rows = await world.owner.db.select().from(auditEntries).orderBy(desc(auditEntries.id)).limit(20);
  const found = rows.find((row) => row.action === action)?.newValues;
  return typeof found === "object" && found !== null && "reason" in found ? found.reason : undefined;
}
