import { z } from "zod";
import { parseCurrency } from "@/lib/money/currency";
import type { PaymentFilter } from "./payment-list-store";
import { PAYMENT_STATUSES } from "./payment-status";

const day = z.iso.date().refine((text) => text >= "2000-01-01" && text < "2100-01-01");

const shown = z.object({
  q: z.string().trim().min(1).max(200).optional().catch(undefined),
  status: z.enum(PAYMENT_STATUSES).optional().catch(undefined),
  currency: z
    .string()
    .transform((text) => parseCurrency(text) ?? undefined)
    .optional()
    .catch(undefined),
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
});

export type ShownFilters = z.output<typeof shown>;

/** The filters of an address. One that makes no sense is as if it were not there: an old link still opens a list. */
export function readFilters(search: Readonly<Record<string, string>>): ShownFilters {
  return shown.parse(search);
}

/** The same filters as the store takes them; days are the merchant's. */
export function toPaymentFilter({ q, status, currency, from, to }: ShownFilters, timeZone: string): PaymentFilter {
  return { search: q, status, currency, days: { from, to, timeZone } };
}
