import type { DeclineReason } from "@/components/home/decline-reasons";
import type { AttentionItem } from "@/components/home/needs-attention";
import type { VolumePoint } from "@/components/home/volume-chart";
import { type Currency, exponentOf } from "@/lib/money/currency";
import { formatMoney } from "@/lib/money/format-money";
import { moneyOf } from "@/lib/money/money";
import type { DayFigures } from "@/lib/payments/payment-figures-store";

export function volumePoints(days: readonly DayFigures[], currency: Currency, locale: string): VolumePoint[] {
  const figure = (minor: bigint) => ({ minor, text: formatMoney(moneyOf(minor, currency), locale) });
  // A calendar day has no time zone: it is written as it stands.
  const label = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  return days.map(({ day, volumeMinor, refundedMinor, taken }) => ({
    date: day,
    label: label.format(new Date(`${day}T00:00:00Z`)),
    volume: figure(volumeMinor),
    refunded: figure(refundedMinor),
    payments: taken,
  }));
}

/** Axis figures in compact form, such as `1.2L` or `25K`: they name heights, not amounts. */
export function tickFormat(currency: Currency, locale: string): (minor: bigint) => string {
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const unit = 10 ** exponentOf(currency);
  return (minor) => compact.format(Number(minor) / unit);
}

const DECLINE_LABELS: Readonly<Record<string, string>> = {
  card_declined: "Declined by the bank",
  insufficient_funds: "Insufficient funds",
  expired_card: "Expired card",
  incorrect_cvc: "Incorrect security code",
  processing_error: "Processing error",
};

export function declineLabels(reasons: readonly { code: string; count: number }[]): DeclineReason[] {
  return reasons.map(({ code, count }) => ({ code, count, label: DECLINE_LABELS[code] ?? code }));
}

export function attentionItems(waiting: number): AttentionItem[] {
  if (waiting === 0) return [];
  return [
    {
      id: "pending",
      title: `${waiting} ${waiting === 1 ? "payment waits" : "payments wait"} for the acquirer`,
      detail: "The outcome is not known yet. Nothing is charged twice while it is.",
      href: "/transactions?status=pending",
      tone: "waiting",
    },
  ];
}
