import { parseCurrency } from "@/lib/money/currency";
import { add, allocate, formatMoney, moneyOf, parseMoney } from "@/lib/money/money";
import { measureAlone } from "./compare";
import { rateOf } from "./rate";
import type { Row } from "./row";

const ROUND_MS = 300;

/** No peer is installed, so these stand for themselves. */
export async function moneyRows(): Promise<Row[]> {
  const inr = parseCurrency("INR");
  if (inr === null) throw new Error("INR is not a currency");
  const [one, other] = [moneyOf(123_456n, inr), moneyOf(99n, inr)];
  const works = {
    "money: parse": () => parseMoney("1234.56", "INR"),
    "money: add": () => add(one, other),
    "money: allocate to three": () => allocate(one, [1, 1, 1]),
    "money: format": () => formatMoney(one, "en-IN"),
  };
  const rows: Row[] = [];
  for (const [name, work] of Object.entries(works)) {
    rows.push(await measureAlone(name, async () => rateOf(work, ROUND_MS)));
  }
  return rows;
}
