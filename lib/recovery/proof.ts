import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import type { LinkId } from "@/lib/ids/id";
import type { RecoveringPerson } from "./recovery-store";

/** `wrong` and `locked` are told alike; `malformed` can never be right, and is not counted. */
export type ProofOutcome = "proved" | "wrong" | "locked" | "malformed";

/**
 * Checks a factor of the person, within the transaction that it serves, and counts the try first. What is sent to an
 * e-mail address is no proof here: the link was sent there.
 */
export type Prove<Proof> = (
  tx: Transaction,
  context: AuditContext,
  person: RecoveringPerson,
  /** The link that the proof goes with: a signed challenge counts for that one alone. */
  given: Readonly<{ linkId: LinkId; proof: Proof }>,
) => Promise<ProofOutcome>;
