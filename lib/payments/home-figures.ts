import type { Currency } from "@/lib/money/currency";
import { type Money, moneyOf } from "@/lib/money/money";
import type { DayFigures } from "./payment-figures-store";

/** What a span of days came to in one currency. */
export type PeriodFigures = Readonly<{
  volume: Money;
  refunded: Money;
  /** Of one payment that was taken; null when none was. */
  average: Money | null;
  taken: number;
  declined: number;
  /** Of payments with an answer, from 0 to 1; null when there was none. */
  successRate: number | null;
}>;

/** Adds up days of one currency. The average is rounded down to a minor unit. */
export function sumFigures(days: readonly DayFigures[], currency: Currency): PeriodFigures {
  const total = (of: (day: DayFigures) => bigint) => days.reduce((sum, day) => sum + of(day), 0n);
  const volume = total((day) => day.volumeMinor);
  const taken = Number(total((day) => BigInt(day.taken)));
  const declined = Number(total((day) => BigInt(day.declined)));
  return {
    volume: moneyOf(volume, currency),
    refunded: moneyOf(
      total((day) => day.refundedMinor),
      currency,
    ),
    average: taken === 0 ? null : moneyOf(volume / BigInt(taken), currency),
    taken,
    declined,
    successRate: taken + declined === 0 ? null : taken / (taken + declined),
  };
}

export type Change = Readonly<{ direction: "up" | "down" | "same"; text: string }>;

/** How much `now` is above or below `before`, in per cent to one decimal; null when there is nothing to compare with. */
export function changeOf(now: bigint, before: bigint): Change | null {
  if (before === 0n) return null;
  const tenths = ((now - before) * 1000n) / before;
  return { direction: directionOf(Number(tenths)), text: `${withoutSign(tenths)}%` };
}

/** The same between two rates, in percentage points. */
export function pointsOf(now: number | null, before: number | null): Change | null {
  if (now === null || before === null) return null;
  const tenths = BigInt(Math.round((now - before) * 1000));
  return { direction: directionOf(Number(tenths)), text: `${withoutSign(tenths)} points` };
}

function directionOf(difference: number): Change["direction"] {
  if (difference === 0) return "same";
  return difference > 0 ? "up" : "down";
}

function withoutSign(tenths: bigint): string {
  const size = tenths < 0n ? -tenths : tenths;
  return `${size / 10n}.${size % 10n}`;
}
