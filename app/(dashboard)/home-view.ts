import type { DeclineReason } from "@/components/home/decline-reasons";
import type { AttentionItem } from "@/components/home/needs-attention";
import type { VolumePoint } from "@/components/home/volume-chart";
import { type Currency, exponentOf } from "@/lib/money/currency";
import { formatMoney } from "@/lib/money/format-money";
import { moneyOf } from "@/lib/money/money";
import type { DayFigures, Waiting } from "@/lib/payments/payment-figures-store";
import type { WebhookHealth } from "@/lib/webhooks/webhook-health-store";

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

/** What waits for the acquirer's word, with how long the oldest has waited. */
export function attentionItems({
  payments,
  moves,
  elsewhere,
}: Readonly<{ payments: Waiting; moves: Waiting; elsewhere: Waiting }>): AttentionItem[] {
  return [
    ...elsewhereItem(elsewhere),
    ...waitingItem("pending", payments, ["payment waits", "payments wait"], "/transactions?status=pending"),
    ...waitingItem(
      "pending-moves",
      moves,
      ["capture, void or refund waits", "captures, voids or refunds wait"],
      "/transactions",
    ),
  ];
}

/** Nobody asks about it here: only a person can see to it that somebody does. */
function elsewhereItem({ count, oldestSeconds }: Waiting): AttentionItem[] {
  if (count === 0) return [];
  const what = count === 1 ? "payment or refund waits" : "payments or refunds wait";
  return [
    {
      id: "pending-elsewhere",
      title: `${count} ${what} for another acquirer`,
      detail: `${since(count, oldestSeconds)} Begun at an acquirer or account that this server does not use now. Set one up for it, or ask there.`,
      href: "/transactions?status=pending",
      tone: "failing",
    },
  ];
}

const since = (count: number, oldestSeconds: number) =>
  `${count === 1 ? "For" : "The oldest for"} ${age(oldestSeconds)}.`;

function waitingItem(
  id: string,
  { count, oldestSeconds }: Waiting,
  [one, many]: readonly [string, string],
  href: string,
): AttentionItem[] {
  if (count === 0) return [];
  return [
    {
      id,
      title: `${count} ${count === 1 ? one : many} for the acquirer`,
      detail: `${since(count, oldestSeconds)} It is asked again until the outcome is known. Nothing is charged twice while it is not.`,
      href,
      tone: "waiting",
    },
  ];
}

const WEBHOOKS = { href: "/developers", tone: "failing" } as const;

/** What is wrong with webhooks, for those who look after them. */
export function webhookItems({ failing, disabled, stalled }: WebhookHealth): AttentionItem[] {
  const items: AttentionItem[] = [];
  if (stalled) {
    const detail = "No server and no worker sends any. Nothing is lost: start one with WORKER=on, or npm run worker.";
    items.push({ id: "webhooks-stalled", title: "Webhooks are not being sent", detail, ...WEBHOOKS });
  }
  if (disabled > 0) {
    const title = `${disabled} webhook ${disabled === 1 ? "endpoint is" : "endpoints are"} disabled`;
    const detail = "Nothing arrived there for days. Enable it when it works again, and replay what it has missed.";
    items.push({ id: "webhooks-disabled", title, detail, ...WEBHOOKS });
  }
  if (failing > 0) {
    const title = `${failing} webhook ${failing === 1 ? "endpoint does" : "endpoints do"} not take events`;
    const detail = "They are sent again, ever more slowly, for a day and a half. The log says what was answered.";
    items.push({ id: "webhooks-failing", title, detail, ...WEBHOOKS });
  }
  return items;
}

/** How long, in its largest whole unit: `5 minutes`. */
function age(seconds: number): string {
  const [size, unit] = [
    [86_400, "day"] as const,
    [3600, "hour"] as const,
    [60, "minute"] as const,
    [1, "second"] as const,
  ].find(([length]) => seconds >= length) ?? [1, "second"];
  const whole = Math.floor(seconds / size);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
