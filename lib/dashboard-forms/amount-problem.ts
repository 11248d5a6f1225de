import { AMOUNT_PATTERN } from "@/lib/money/amount-pattern";

/** What is wrong with an amount that a person typed, by the rules of the API; null when nothing is. `decimals` is its currency's. */
export function amountProblem(text: string, currency: string, decimals: number): string | null {
  if (text === "") return "Type an amount.";
  if (!AMOUNT_PATTERN.test(text)) {
    return `Write it with digits${decimals === 0 ? "" : " and a point"} only, such as ${example(decimals)}.`;
  }
  const fraction = text.split(".")[1] ?? "";
  if (fraction.length > decimals) {
    return decimals === 0
      ? `${currency} has no decimals. Write it without a point, such as ${example(decimals)}.`
      : `${currency} has ${decimals} decimals at most, such as ${example(decimals)}.`;
  }
  return /[1-9]/.test(text) ? null : "The amount must be above zero.";
}

function example(decimals: number): string {
  return decimals === 0 ? "1250" : `1250.${"0".repeat(decimals - 1)}5`;
}
