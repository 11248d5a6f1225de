import { type CallbackStore, newCallbackId } from "./callback-store";
import type { Charge } from "./charge-store";
import type { Refund } from "./refund-store";
import type { CardBehaviour } from "./test-cards";
import { chargeDetailView, refundView } from "./views";

/** Of a swarm's 20: ten are one callback, nine are callbacks of their own that say the same, one comes too late. */
const SWARM = { copies: 10n, others: 9, lateMs: 200 } as const;

export type Callbacks = ReturnType<typeof createCallbacks>;

/** How callbacks are sent: what to wake once there is a new one, and how long after its change it is due. */
export type Calling = Readonly<{ wake: () => void; delayMs: number }>;

/** Writes down who is to be told what, inside the ledger write that changed it. With `calling` null nobody is told. */
export function createCallbacks(store: CallbackStore, calling: Calling | null) {
  const announce = (charge: Charge, type: string, rest: Readonly<{ key: string; refund?: Refund }>, how: How = {}) => {
    if (calling === null) return;
    const { copies = 1n, delayMs = calling.delayMs } = how;
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
    setImmediate(calling.wake);
  };

  return {
    /** A charge that was just taken, or declined. */
    announceCharge(charge: Charge, how: CardBehaviour["callbacks"]): void {
      const [type, rest] = [`charge.${charge.state}`, { key: charge.idempotencyKey }];
      if (how === "once") {
        announce(charge, type, rest);
        return;
      }
      announce(charge, type, rest, { copies: SWARM.copies, delayMs: 0 });
      for (let other = 0; other < SWARM.others; other += 1) announce(charge, type, rest, { delayMs: 0 });
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
