import type { TransactionRowView } from "@/components/payments/transactions-table";
import { formatMoney } from "@/lib/money/format-money";
import { moneyOf } from "@/lib/money/money";
import type { PaymentRecord } from "@/lib/payments/payment-store";

/** A payment as a row of a list. `customer` is a name, or null for nobody. */
export function transactionRow(payment: PaymentRecord, locale: string, customer: string | null): TransactionRowView {
  const { id, reference, status, currency, createdAt } = payment;
  return {
    id,
    reference,
    status,
    amount: { text: formatMoney(moneyOf(payment.amountMinor, currency), locale), currency },
    card: { brand: payment.cardBrand, lastFour: payment.cardLastFour },
    customer,
    createdAt,
  };
}
