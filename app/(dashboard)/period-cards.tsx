import { FigureCard, type FigureChange, FigureGrid } from "@/components/home/figure-card";
import type { Currency } from "@/lib/money/currency";
import { formatMoney } from "@/lib/money/format-money";
import type { Money } from "@/lib/money/money";
import { type Change, changeOf, pointsOf, sumFigures } from "@/lib/payments/home-figures";
import type { DayFigures } from "@/lib/payments/payment-figures-store";

type Props = { now: readonly DayFigures[]; before: readonly DayFigures[]; currency: Currency; locale: string };

const PERIOD = "the 30 days before";

/** Volume, success, refunds and average, each against the period before. */
export function PeriodCards({ now, before, currency, locale }: Props) {
  const [current, former] = [sumFigures(now, currency), sumFigures(before, currency)];
  const text = (money: Money | null) => (money ? formatMoney(money, locale) : "–");
  const rate = (value: number | null) => (value === null ? "–" : `${(value * 100).toFixed(1)}%`);
  const compared = (change: Change | null, formerText: string, good: FigureChange["good"]) =>
    change && { ...change, before: formerText, good };
  return (
    <FigureGrid>
      <FigureCard
        label="Volume"
        value={text(current.volume)}
        change={compared(changeOf(current.volume.minor, former.volume.minor), text(former.volume), "up")}
        period={PERIOD}
      />
      <FigureCard
        label="Success rate"
        value={rate(current.successRate)}
        change={compared(pointsOf(current.successRate, former.successRate), rate(former.successRate), "up")}
        period={PERIOD}
      />
      <FigureCard
        label="Refunds"
        value={text(current.refunded)}
        change={compared(changeOf(current.refunded.minor, former.refunded.minor), text(former.refunded), "down")}
        period={PERIOD}
      />
      <FigureCard
        label="Average payment"
        value={text(current.average)}
        change={compared(
          changeOf(current.average?.minor ?? 0n, former.average?.minor ?? 0n),
          text(former.average),
          null,
        )}
        period={PERIOD}
      />
    </FigureGrid>
  );
}
