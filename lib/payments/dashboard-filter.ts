import { z } from "zod";
import { calendarDay } from "@/lib/calendar/bounds";
import { parseCurrency } from "@/lib/money/currency";
import { filterText } from "@/lib/sensitive/free-text";
import type { PaymentFilter } from "./payment-list-store";
import { PAYMENT_STATUSES } from "./payment-status";

const shown = z.object({
  q: filterText(200).trim().min(1).optional().catch(undefined),
  status: z.enum(PAYMENT_STATUSES).optional().catch(undefined),
  currency: z
    .string()
    .transform((text) => parseCurrency(text) ?? undefined)
    .optional()
    .catch(undefined),
  from: calendarDay.optional().catch(undefined),
  to: calendarDay.optional().catch(undefined),
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
