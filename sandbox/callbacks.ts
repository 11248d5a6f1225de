import { type CallbackStore, newCallbackId } from "./callback-store";
import type { Charge } from "./charge-store";
import type { Refund } from "./refund-store";
import type { CardBehaviour } from "./test-cards";
import { chargeDetailView, refundView } from "./views";

/** Of a swarm's 20: ten are one callback, nine are callbacks of their own that say the same, one comes too late. */
const SWARM = { copies: 10n, others: 9, lateMs: 200 } as const;

export type Callbacks = ReturnType<typeof createCallbacks>;

/** Writes down who is to be told what, inside the ledger write that changed it. With `wake` null nobody is told. */
export function createCallbacks(store: CallbackStore, wake: (() => void) | null) {
  const announce = (charge: Charge, type: string, rest: Readonly<{ key: string; refund?: Refund }>, how: How = {}) => {
    if (wake === null) return;
    const { copies = 1n, delayMs = 0 } = how;
    const [id, now] = [newCallbackId(), new Date()];
    const body = JSON.stringify({
      id,
      type,
      created_at: now.toISOString(),
      request: { idempotency_key: rest.key },
      charge: chargeDetailView(charge),
      refund: rest.refund === undefined ? null : refundView(rest.refund),
    });
    const dueAt = BigInt(now.getTime() + delayMs);
    store.insert({ id, chargeId: charge.id, type, body, copies, dueAt, createdAt: now.toISOString() });
    // Once this write is on disk: only what is known to be true is told.
    setImmediate(wake);
  };

  return {
    /** A charge that was just taken, or declined. */
    announceCharge(charge: Charge, how: CardBehaviour["callbacks"]): void {
      const [type, rest] = [`charge.${charge.state}`, { key: charge.idempotencyKey }];
      announce(charge, type, rest, { copies: how === "swarm" ? SWARM.copies : 1n });
      if (how === "once") return;
      for (let other = 0; other < SWARM.others; other += 1) announce(charge, type, rest);
      const before = stateBefore(charge);
      announce(before.charge, before.type, rest, { delayMs: SWARM.lateMs });
    },
    /** A capture or a void, asked for with `key`. */
    announceChange: (charge: Charge, key: string): void => announce(charge, `charge.${charge.state}`, { key }),
    announceRefund: (charge: Charge, refund: Refund): void =>
      announce(charge, "refund.succeeded", { key: refund.idempotencyKey, refund }),
  };
}

type How = Readonly<{ copies?: bigint; delayMs?: number }>;

/** What was true of a charge a moment earlier: what was taken had been held, what is held had been asked for. */
function stateBefore(charge: Charge): Readonly<{ type: string; charge: Charge }> {
  if (charge.state !== "captured") return { type: "charge.pending", charge };
  return { type: "charge.authorized", charge: { ...charge, state: "authorized", captured: 0n } };
}
