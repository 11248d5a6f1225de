"use client";

import type { ReactNode } from "react";
import type { MoneyMoves, SendMove } from "@/components/money-moves/money-answers";
import { PaymentHeader } from "@/components/money-moves/payment-header";
import { capturePayment, refundPayment, voidPayment } from "./actions";

const ACTIONS = { capture: capturePayment, void: voidPayment, refund: refundPayment };

type Props = {
  paymentId: string;
  eyebrow: ReactNode;
  title: ReactNode;
  description: ReactNode;
  moves: MoneyMoves;
  card: string;
};

/** The head of a payment's page, with the actions behind its buttons. */
export function PaymentHead({ paymentId, ...props }: Props) {
  const send: SendMove = (name, input) => ACTIONS[name]({ paymentId, ...input });
  return <PaymentHeader {...props} send={send} />;
}
