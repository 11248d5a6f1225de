"use client";

import { CustomerDetails, type Personal } from "@/components/customers/customer-details";
import type { Detail } from "@/components/payments/payment-details";
import { reveal } from "./actions";

type Props = { customerId: string; masked: Personal; others: readonly Detail[]; mayReveal: boolean };

export function Details({ customerId, mayReveal, ...shown }: Props) {
  return <CustomerDetails {...shown} onReveal={mayReveal ? () => reveal({ customerId }) : undefined} />;
}
