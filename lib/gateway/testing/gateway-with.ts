import type { PaymentGateway } from "../payment-gateway";

/** An acquirer of which a test has use for some calls only; each of the others fails the test that makes it. */
export function gatewayWith(calls: Partial<PaymentGateway>): PaymentGateway {
  const unexpected = () => Promise.reject(new Error("The acquirer was asked what this test did not expect"));
  return {
    identity: "sandbox",
    mode: "test",
    doubt: async () => null,
    charge: unexpected,
    findCharge: unexpected,
    capture: unexpected,
    voidHold: unexpected,
    refund: unexpected,
    findRefund: unexpected,
    ...calls,
  };
}
