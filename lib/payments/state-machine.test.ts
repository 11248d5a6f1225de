import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PAYMENT_STATUSES } from "./payment-status";
import {
  type HoldOperation,
  move,
  PAYMENT_MOVES,
  type PaymentMove,
  type PaymentState,
  refundable,
} from "./state-machine";

/**
 * The reference model: money as piles of single units, with no statuses at all. What the machine calls a status is read
 * off the piles.
 */
type Piles = {
  decided: "no" | "approved" | "declined";
  capture: boolean;
  held: number;
  taken: number;
  asked: number;
  back: number;
  released: boolean;
  operation: HoldOperation | null;
};
type Real = { state: PaymentState };

function statusOf({ decided, held, taken, back, released }: Piles) {
  if (decided === "no") return "pending";
  if (decided === "declined") return "failed";
  if (released) return "voided";
  if (held > 0) return "authorized";
  if (back === 0) return "captured";
  return taken === 0 ? "refunded" : "partially_refunded";
}

/** One command: what it does to the piles, or null where nobody may do it. */
function command(by: PaymentMove, act: (piles: Piles) => Partial<Piles> | null): fc.Command<Piles, Real> {
  return {
    check: () => true,
    run: (piles, real) => {
      const before = real.state;
      const moved = move(before, by);
      const expected = act(piles);
      expect(moved.ok).toBe(expected !== null);
      if (!moved.ok || expected === null) return;
      Object.assign(piles, expected);
      real.state = moved.state;
      const status = statusOf(piles);
      expect(moved.state.status).toBe(status);
      expect(refundable(moved.state)).toBe(BigInt(status === "authorized" ? 0 : piles.taken - piles.asked));
      const ways: readonly string[] = PAYMENT_MOVES[before.status];
      if (before.status !== status) expect(ways).toContain(status);
    },
    toString: () => JSON.stringify(by, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
  };
}

const amount = fc.integer({ min: 0, max: 12 });
const approve = fc.constant(
  command({ type: "charge_approved" }, ({ decided, capture, held }) =>
    decided === "no" ? { decided: "approved", taken: capture ? held : 0, held: capture ? 0 : held } : null,
  ),
);
const decline = fc.constant(
  command({ type: "charge_declined" }, ({ decided }) => (decided === "no" ? { decided: "declined", held: 0 } : null)),
);
const isHeld = ({ decided, held, released }: Piles) => decided === "approved" && held > 0 && !released;
const beginCapture = amount.map((units) => {
  const operation = { type: "capture", amount: BigInt(units) } as const;
  return command({ type: "operation_begun", operation }, (piles) =>
    isHeld(piles) && piles.operation === null && units > 0 && units <= piles.held ? { operation } : null,
  );
});
const beginVoid = fc.constant(
  command({ type: "operation_begun", operation: { type: "void" } }, (piles) =>
    isHeld(piles) && piles.operation === null ? { operation: { type: "void" } } : null,
  ),
);
const finishOperation = fc.constant(
  command({ type: "operation_done" }, (piles) => {
    if (!isHeld(piles) || piles.operation === null) return null;
    if (piles.operation.type === "void") return { operation: null, released: true };
    return { operation: null, held: 0, taken: Number(piles.operation.amount) };
  }),
);
const refuseOperation = fc.constant(
  command({ type: "operation_refused" }, (piles) => (isHeld(piles) && piles.operation ? { operation: null } : null)),
);
const release = fc.constant(
  command({ type: "hold_released" }, (piles) => (isHeld(piles) ? { operation: null, released: true } : null)),
);
const isTaken = (piles: Piles) => ["captured", "partially_refunded", "refunded"].includes(statusOf(piles));
const beginRefund = amount.map((units) =>
  command({ type: "refund_begun", amount: BigInt(units) }, (piles) =>
    isTaken(piles) && units > 0 && units <= piles.taken - piles.asked ? { asked: piles.asked + units } : null,
  ),
);
const finishRefund = amount.map((units) =>
  command({ type: "refund_done", amount: BigInt(units) }, (piles) => {
    if (!isTaken(piles) || units > piles.asked) return null;
    return { asked: piles.asked - units, taken: piles.taken - units, back: piles.back + units };
  }),
);
const refuseRefund = amount.map((units) =>
  command({ type: "refund_refused", amount: BigInt(units) }, (piles) =>
    isTaken(piles) && units <= piles.asked ? { asked: piles.asked - units } : null,
  ),
);

const returnRefund = amount.map((units) =>
  command({ type: "refund_returned", amount: BigInt(units) }, (piles) =>
    isTaken(piles) && units > 0 && units <= piles.back
      ? { back: piles.back - units, taken: piles.taken + units }
      : null,
  ),
);

describe("the state machine", () => {
  it("does what a model with piles of money does, whatever is asked of it and in whatever order", () => {
    const commands = fc.commands(
      [
        approve,
        decline,
        beginCapture,
        beginVoid,
        finishOperation,
        refuseOperation,
        beginRefund,
        finishRefund,
        refuseRefund,
        release,
        returnRefund,
      ],
      { maxCommands: 40 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.boolean(), commands, (units, capture, run) => {
        fc.modelRun(
          () => ({
            model: {
              ...{ decided: "no", capture, held: units, taken: 0, asked: 0, back: 0, released: false, operation: null },
            } as Piles,
            real: { state: { status: "pending", amount: BigInt(units), capture } as PaymentState },
          }),
          run,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it("a final state is final", () => {
    for (const status of ["voided", "failed"] as const) {
      for (const type of ["charge_approved", "charge_declined", "operation_done", "operation_refused"] as const) {
        expect(move({ status }, { type })).toEqual({ ok: false, refusal: "invalid_state" });
      }
      expect(move({ status }, { type: "refund_begun", amount: 1n }).ok).toBe(false);
    }
  });

  it("names the amount when it is the amount that is wrong, and the state otherwise", () => {
    const hold = { status: "authorized", amount: 10n, operation: null } as const;
    const take = (units: bigint) =>
      move(hold, { type: "operation_begun", operation: { type: "capture", amount: units } });
    expect(take(11n)).toEqual({ ok: false, refusal: "amount_exceeds_authorized" });
    expect(take(10n).ok).toBe(true);
    const whole = { status: "refunded", captured: 10n, refunded: 10n, refundPending: 0n } as const;
    expect(move(whole, { type: "refund_begun", amount: 1n })).toEqual({
      ok: false,
      refusal: "amount_exceeds_refundable",
    });
    expect(move(hold, { type: "refund_begun", amount: 1n })).toEqual({ ok: false, refusal: "invalid_state" });
    const busy = { ...hold, operation: { type: "void" } } as const;
    expect(move(busy, { type: "operation_begun", operation: { type: "capture", amount: 11n } })).toEqual({
      ok: false,
      refusal: "invalid_state",
    });
  });

  it("has a row for every status", () => {
    expect(Object.keys(PAYMENT_MOVES).sort()).toEqual([...PAYMENT_STATUSES].sort());
  });
});
