import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { events, webhookAttempts, webhookDeliveries, webhookEndpoints } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { EventRecord } from "@/lib/events/event-store";
import type { EventId, MerchantId, WebhookDeliveryId, WebhookEndpointId } from "@/lib/ids/id";
import type { Attempted } from "./post-webhook";

/** A delivery that is ours to send, with all that sending it needs. */
export type Claim = Readonly<{
  id: WebhookDeliveryId;
  /** This attempt's number. It is also the fence: a claim that a later one has overtaken decides nothing. */
  attempt: number;
  rung: number;
  /** Since when it was due, to the microsecond. It is the fence against a retry by hand that comes meanwhile. */
  due: string;
  /** The database's clock, Unix seconds. */
  nowSeconds: number;
  event: EventRecord;
  endpoint: Readonly<{
    id: WebhookEndpointId;
    merchantId: MerchantId;
    url: string;
    /** Sealed, the newest first. */
    secrets: readonly string[];
  }>;
}>;

type Share = Readonly<{ limit: number; perEndpoint: number; leaseSeconds: number }>;
type Claimed = Pick<Claim, "id" | "attempt" | "rung" | "due" | "nowSeconds"> & {
  eventId: EventId;
  endpointId: WebhookEndpointId;
};

/** Nobody else has it, and none before it of the same thing waits for its first attempt. */
const FREE = sql`d.state = 'pending' and d.next_attempt_at <= now() and (d.lease_until is null or d.lease_until <= now())
  and (d.tried_at is not null or not exists (
    select from webhook_deliveries b
     where b.endpoint_id = d.endpoint_id and b.resource_id = d.resource_id and b.position < d.position
       and b.state = 'pending' and b.tried_at is null))`;

/**
 * Takes due deliveries for `leaseSeconds` and notes an attempt for each: nobody else has them meanwhile, and when their taker
 * dies they are due again. Merchants come in turn, whoever has the fewest under way first, and so do the endpoints of each, with
 * at most so many at once on all servers: one that hangs, with a heap of its own, holds up no other. Servers side by side take
 * different rows and do not wait for each other.
 */
export async function claimDeliveries(tx: Transaction, { limit, perEndpoint, leaseSeconds }: Share): Promise<Claim[]> {
  const claimed = await tx.execute<Claimed>(sql`
    with recursive
    -- From one endpoint with something pending to the next by the index: not through every heap.
    waiting(id) as (
      select (select min(endpoint_id) from webhook_deliveries where state = 'pending')
      union all
      select (select min(endpoint_id) from webhook_deliveries where state = 'pending' and endpoint_id > waiting.id)
        from waiting where waiting.id is not null),
    leased as materialized (
      select w.id, w.merchant_id, count(*)::int as count
        from webhook_deliveries d join webhook_endpoints w on w.id = d.endpoint_id where d.lease_until > now() group by w.id),
    -- Of each endpoint no more than it may have, behind what it has under way.
    candidates as (
      select due.id, due.next_attempt_at, w.merchant_id, coalesce(leased.count, 0) + due.place as place
        from waiting join webhook_endpoints w on w.id = waiting.id and w.status = 'enabled'
        left join leased on leased.id = w.id
       cross join lateral (
         select d.id, d.next_attempt_at, row_number() over (order by d.next_attempt_at, d.position) as place
           from webhook_deliveries d where d.endpoint_id = w.id and ${FREE}
          order by d.next_attempt_at, d.position
          limit greatest(0, ${perEndpoint}::int - coalesce(leased.count, 0))) as due),
    -- And these behind all that its merchant has under way.
    chosen as materialized (
      select c.id from (
        select id, next_attempt_at, row_number() over (partition by merchant_id order by place, next_attempt_at)
               + coalesce((select sum(count) from leased where leased.merchant_id = candidates.merchant_id), 0) as turn
          from candidates) as c
       order by c.turn, c.next_attempt_at limit ${limit}),
    locked as materialized (
      select d.id from webhook_deliveries d join chosen on chosen.id = d.id where ${FREE} for update of d skip locked),
    taken as (
      update webhook_deliveries d
         set attempts = d.attempts + 1, lease_until = now() + make_interval(secs => ${leaseSeconds}::float8)
        from locked where d.id = locked.id
      returning d.id, d.attempts, d.rung, d.next_attempt_at, d.event_id, d.endpoint_id),
    noted as (insert into webhook_attempts (delivery_id, number) select id, attempts from taken)
    select id, attempts as attempt, rung, next_attempt_at::text as due, event_id as "eventId", endpoint_id as "endpointId",
           extract(epoch from clock_timestamp())::float8 as "nowSeconds" from taken`);
  return claimed.length === 0 ? [] : withContents(tx, claimed);
}

async function withContents(tx: Transaction, claimed: readonly Claimed[]): Promise<Claim[]> {
  const { id, merchantId, url, secret, previousSecret, previousSecretUntil } = webhookEndpoints;
  const rotating = sql<boolean>`coalesce(${previousSecretUntil} > now(), false)`;
  const [found, endpoints] = await Promise.all([
    tx
      .select()
      .from(events)
      .where(inArray(events.id, [...new Set(claimed.map(({ eventId }) => eventId))])),
    tx
      .select({ id, merchantId, url, secret, previousSecret, rotating })
      .from(webhookEndpoints)
      .where(inArray(id, [...new Set(claimed.map(({ endpointId }) => endpointId))])),
  ]);
  const eventOf = new Map(found.map((event) => [event.id, event]));
  const endpointOf = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  return claimed.map(({ eventId, endpointId, ...claim }) => {
    const [event, endpoint] = [eventOf.get(eventId), endpointOf.get(endpointId)];
    if (!event || !endpoint) throw new Error("a delivery has no event, or no endpoint");
    const secrets = [endpoint.secret, endpoint.rotating ? endpoint.previousSecret : null].filter(
      (each) => each !== null,
    );
    return { ...claim, event, endpoint: { ...endpoint, secrets } };
  });
}

/** Notes what came of an attempt, whoever has the delivery by now. */
async function endAttempt(tx: Transaction, { id, attempt }: Claim, outcome: Attempted): Promise<void> {
  const { statusCode, error, latencyMs } = outcome;
  await tx
    .update(webhookAttempts)
    .set({ endedAt: sql`now()`, statusCode, error, latencyMs })
    .where(
      and(eq(webhookAttempts.deliveryId, id), eq(webhookAttempts.number, attempt), isNull(webhookAttempts.endedAt)),
    );
}

export type Settlement = Readonly<
  { kind: "delivered" } | { kind: "retry"; inSeconds: number } | { kind: "given_up" } | { kind: "interrupted" }
>;

/**
 * Settles a delivery by what came of the attempt, if it is still the last that was made. One that was given up meanwhile, with
 * its endpoint, stays so unless it arrived; one that somebody had sent again meanwhile is due at once, unless it arrived. False
 * when this attempt decides nothing.
 */
export async function settleDelivery(
  tx: Transaction,
  claim: Claim,
  outcome: Attempted,
  settlement: Settlement,
): Promise<boolean> {
  const isLast = and(eq(webhookDeliveries.id, claim.id), eq(webhookDeliveries.attempts, claim.attempt));
  const isPending = and(isLast, eq(webhookDeliveries.state, "pending"));
  const [, settled] = await Promise.all([
    endAttempt(tx, claim, outcome),
    tx
      .update(webhookDeliveries)
      .set({ leaseUntil: null, ...changeOf(claim, settlement) })
      .where(
        settlement.kind === "delivered"
          ? and(isLast, ne(webhookDeliveries.state, "delivered"))
          : and(isPending, sql`${webhookDeliveries.nextAttemptAt} = ${claim.due}::timestamptz`),
      )
      .returning({ id: webhookDeliveries.id }),
  ]);
  if (settled.length === 1) return true;
  const change = settlement.kind === "interrupted" ? {} : { triedAt: TRIED };
  await tx
    .update(webhookDeliveries)
    .set({ leaseUntil: null, ...change })
    .where(isPending);
  return false;
}

/** When its first attempt ended, if that was not this one. */
const TRIED = sql`coalesce(${webhookDeliveries.triedAt}, now())`;

function changeOf({ rung }: Claim, settlement: Settlement) {
  // Due again at once, as if it had not been tried.
  if (settlement.kind === "interrupted") return {};
  const triedAt = TRIED;
  if (settlement.kind === "delivered") return { triedAt, state: "delivered", endedAt: sql`now()` } as const;
  if (settlement.kind === "given_up") return { triedAt, state: "failed", endedAt: sql`now()` } as const;
  const nextAttemptAt = sql`now() + make_interval(secs => ${settlement.inSeconds}::float8)`;
  return { triedAt, rung: rung + 1, nextAttemptAt };
}
