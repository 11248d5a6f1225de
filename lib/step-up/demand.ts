import { canonicalParts } from "@/lib/crypto/canonical-parts";
import { sha256 } from "@/lib/crypto/digest";
import { AppError } from "@/lib/errors/app-error";
import type { StepUpPurpose } from "./purposes";

/** What a person is to confirm. A proof for one demand proves no other: not another amount, not another payment. */
export type StepUpDemand = Readonly<{
  purpose: StepUpPurpose;
  /** Everything that the act depends on; for a refund payment, amount and currency. */
  binds: Readonly<Record<string, string>>;
  /** What the person reads that they confirm: "Refund ₹1,200.00 to •••• 4242". */
  description: string;
}>;

/** SHA-256 over purpose and binds, whatever order they were written in. */
export function bindsHash({ purpose, binds }: Pick<StepUpDemand, "purpose" | "binds">): Buffer {
  const pairs = Object.entries(binds).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(canonicalParts(["step-up", purpose, ...pairs.flat()]));
}

/** The act needs a fresh proof. It undoes the transaction that it is thrown in; the `action` wrapper then asks for one. */
export class StepUpRequired extends AppError {
  constructor(readonly demand: StepUpDemand) {
    super("permission_denied", "Confirm it's you first, then try again.");
  }
}
