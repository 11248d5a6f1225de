import type { Queryable } from "@/db/client";
import { findFactorRow } from "@/lib/auth/second-factor/enrolled-factors-store";
import { mayUse } from "@/lib/auth/second-factor/list-factors";
import type { UserId } from "@/lib/ids/id";
import { methodsFor } from "./purposes";
import type { StepUpMethod } from "./step-up-store";

/** What proves this purpose for this person: what counts for it, they have enrolled and their merchant allows. */
export async function acceptedMethods(db: Queryable, userId: UserId, purpose: string): Promise<StepUpMethod[]> {
  const row = await findFactorRow(db, userId);
  return row === null ? [] : methodsFor(purpose).filter((method) => mayUse(row, method));
}
