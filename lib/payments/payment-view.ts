import type { CardId, PaymentId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";
import type { PaymentStatus } from "./payment-status";

/** One payment as a page shows it. Card data is brand and last four only (PCI DSS 3.4.1). */
export type PaymentView = Readonly<{
  id: PaymentId;
  status: PaymentStatus;
  amount: Money;
  captured: Money;
  refunded: Money;
  card: { id: CardId; brand: string; lastFour: string; expMonth: number; expYear: number };
  reference: string | null;
  description: string | null;
  failure: { code: string; message: string } | null;
  gatewayReference: string | null;
  createdAt: Date;
  updatedAt: Date;
}>;
