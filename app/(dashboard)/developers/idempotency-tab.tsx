import { GuideLink } from "@/components/developers/guide-link";
import { KeySearch } from "@/components/developers/idempotency/key-search";
import { KeyStory } from "@/components/developers/idempotency/key-story";
import { EmptyState } from "@/components/layout/empty-state";
import type { PageCall } from "@/lib/boundary/page";
import { database } from "@/lib/database";
import { inspectKey } from "@/lib/idempotency/inspect-key-store";

/** The keys that there can be, as the API takes them. */
const SHAPE = /^[\x20-\x7e]{1,255}$/;

export async function idempotencyTab({ session, scope, search }: PageCall) {
  const { key } = search;
  const found = key !== undefined && SHAPE.test(key) ? await inspectKey(database().db, scope, key) : null;
  return (
    <>
      <KeySearch value={key?.slice(0, 255)} />
      {found !== null ? (
        <KeyStory found={found} timeZone={session.merchant.timeZone} />
      ) : (
        <div className="rounded-lg border bg-card">{key === undefined ? NOTHING_ASKED : NOT_FOUND}</div>
      )}
    </>
  );
}

const NOTHING_ASKED = (
  <EmptyState title="Was it charged twice?">
    Look up the Idempotency-Key of a call: when it came, what it was answered, what it made, and how often it came
    again. <GuideLink href="/docs/idempotency">How keys work</GuideLink>
  </EmptyState>
);

const NOT_FOUND = (
  <EmptyState title="No such key">
    It was never used, its call was refused before anything was made, or it is too old: keys are kept for at least 24
    hours, and while their payment is pending.
  </EmptyState>
);
