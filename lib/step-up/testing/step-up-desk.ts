import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { ORIGIN, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { type StepUpDemand, StepUpRequired } from "../demand";
import { openStepUp } from "../open-step-up";
import { requireStepUp } from "../require-step-up";
import { grantStepUp } from "../step-up-store";

/** A person who is signed in, with the browser's token. */
export type SignedIn = Readonly<{ session: CurrentSession; context: AuditContext; token: string; user: TestUser }>;

/** Signs a user in, as the last step of sign-in does. */
export async function signedIn(world: SignInWorld, user: TestUser): Promise<SignedIn> {
  const { userId, merchantId } = user;
  const context: AuditContext = { actor: { type: "user", id: userId }, merchantId, ...ORIGIN };
  const { token } = await transact(world.client, context, (tx) =>
    world.sessions.create(tx, {
      userId,
      merchantId,
      ip: ORIGIN.ip,
      userAgent: ORIGIN.userAgent,
      deviceId: null,
      method: "totp",
      replacesToken: null,
    }),
  );
  const session = await world.sessions.resolve(token);
  if (session === null) throw new Error("a new session is not live");
  return { session, context, token, user };
}

/** The question that an act asks first, and its proof as if a code had been right. */
export async function grant(world: SignInWorld, { session, context }: SignedIn, demand: StepUpDemand): Promise<void> {
  const { stepUpId } = await openStepUp(world.client, context, session, demand);
  await transact(world.client, context, (tx) => grantStepUp(tx, stepUpId, "totp"));
}

/** Whether the demand's proof is there; if so, it is spent. */
export async function spend(
  world: SignInWorld,
  { session, context }: SignedIn,
  demand: StepUpDemand,
): Promise<boolean> {
  try {
    await transact(world.client, context, (tx) => requireStepUp(tx, session, demand));
    return true;
  } catch (error) {
    if (error instanceof StepUpRequired) return false;
    throw error;
  }
}
