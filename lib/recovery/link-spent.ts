/** The link was used, or what it was for was changed, in this moment. Thrown to undo the transaction of whoever came second. */
export class LinkSpent extends Error {}

/** Answers that the link is gone, where the work found that out too late; throws anything else on. */
export function linkGone(error: unknown): { kind: "link_gone" } {
  if (error instanceof LinkSpent) return { kind: "link_gone" };
  throw error;
}
