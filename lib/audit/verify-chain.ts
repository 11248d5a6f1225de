import type { Queryable } from "@/db/client";
import type { ChainVerdict } from "./audit-view";
import { chainHash, GENESIS_HASH } from "./chain";
import { findRemovedWhileWaiting, findStowaway, listChains, readLinks, type SealedLink } from "./chain-store";

const PAGE = 2000;

/** Checks one chain from its first link to its last, and that no entry stands beside it. Names the first bad row. */
export async function verifyChain(
  db: Queryable,
  chain: string,
  onProgress: (entries: number) => void = () => {},
): Promise<ChainVerdict> {
  let sequence = 0;
  let hash: Uint8Array = GENESIS_HASH;
  for (;;) {
    const links = await readLinks(db, chain, sequence, PAGE);
    for (const link of links) {
      const broken = faultOf(link, sequence + 1, hash);
      if (broken) return broken;
      sequence = link.sequence;
      hash = link.hash;
    }
    onProgress(sequence);
    if (links.length < PAGE) break;
  }
  const stowaway = await findStowaway(db, chain);
  if (stowaway === null) return { kind: "verified", entries: sequence };
  return { kind: "broken", sequence: sequence + 1, entryId: stowaway, reason: "an entry was put in past the chain" };
}

function faultOf(link: SealedLink, expected: number, previous: Uint8Array): ChainVerdict | null {
  const broken = (sequence: number, entryId: string | null, reason: string): ChainVerdict => ({
    kind: "broken",
    sequence,
    entryId,
    reason,
  });
  if (link.sequence !== expected) return broken(expected, null, "a link of the chain is missing");
  if (!link.entry) return broken(expected, link.entryId, "the entry was removed");
  if (chainHash(previous, link.chain, link.sequence, link.entry).equals(link.hash)) return null;
  return broken(expected, link.entryId, "the entry is not what was sealed here");
}

/** Checks every chain; the answer holds each one's verdict, in the order of their names. */
export async function verifyAllChains(
  db: Queryable,
  onProgress: (chain: string, entries: number) => void = () => {},
): Promise<{ chain: string; verdict: ChainVerdict }[]> {
  const verdicts = [];
  for (const chain of await listChains(db)) {
    verdicts.push({ chain, verdict: await verifyChain(db, chain, (entries) => onProgress(chain, entries)) });
  }
  const removed = await findRemovedWhileWaiting(db);
  if (removed !== null) {
    const reason = "the entry was removed before it was sealed";
    verdicts.push({ chain: "queue", verdict: { kind: "broken" as const, sequence: 0, entryId: removed, reason } });
  }
  return verdicts;
}
