import { type Answers, createAnswers } from "./answers";
import { type CallbackStore, createCallbackStore } from "./callback-store";
import { type Callbacks, type Calling, createCallbacks } from "./callbacks";
import { type ChargeStore, createChargeStore } from "./charge-store";
import type { Ledger } from "./ledger";
import { createRefundStore, type RefundStore } from "./refund-store";

export type Books = Readonly<{
  answers: Answers;
  charges: ChargeStore;
  refunds: RefundStore;
  callbacks: Callbacks & Pick<CallbackStore, "ofCharge">;
}>;

/** All that is written down in a ledger. With `calling` null nobody is called back. */
export function openBooks({ database }: Ledger, calling: Calling | null): Books {
  const store = createCallbackStore(database);
  return {
    answers: createAnswers(database),
    charges: createChargeStore(database),
    refunds: createRefundStore(database),
    callbacks: { ...createCallbacks(store, calling), ofCharge: store.ofCharge },
  };
}
