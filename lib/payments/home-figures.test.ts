import { describe, expect, it } from "vitest";
import { parseCurrency } from "@/lib/money/currency";
import { changeOf, pointsOf, sumFigures } from "./home-figures";

const inr = parseCurrency("INR");
if (!inr) throw new Error("INR is a currency");
const day = (volumeMinor: bigint, taken: number, declined: number) => ({
  day: "2026-01-01",
  volumeMinor,
  refundedMinor: 5n,
  taken,
  declined,
});

describe("home figures", () => {
  it("adds days up", () => {
    const figures = sumFigures([day(1000n, 3, 1), day(500n, 1, 0)], inr);
    expect(figures.volume.minor).toBe(1500n);
    expect(figures.refunded.minor).toBe(10n);
    expect(figures.average?.minor).toBe(375n);
    expect(figures.successRate).toBe(0.8);
  });

  it("has no average and no rate of nothing", () => {
    expect(sumFigures([], inr)).toMatchObject({ average: null, successRate: null });
  });

  it("compares with the period before", () => {
    expect(changeOf(150n, 100n)).toEqual({ direction: "up", text: "50.0%" });
    expect(changeOf(90n, 100n)).toEqual({ direction: "down", text: "10.0%" });
    expect(changeOf(100n, 100n)).toEqual({ direction: "same", text: "0.0%" });
    expect(changeOf(1n, 0n)).toBeNull();
    expect(pointsOf(0.95, 0.962)).toEqual({ direction: "down", text: "1.2 points" });
  });
});
