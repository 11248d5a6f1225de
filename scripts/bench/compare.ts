import { median } from "./median";
import type { Goal, Row } from "./row";

/** Gives a rate: how often a second something was done. */
export type Measure = () => Promise<number>;

type Comparison = Readonly<{
  name: string;
  ours: Measure;
  floor: Readonly<{ name: string; measure: Measure }>;
  goal: Goal | null;
  note?: string;
}>;

export const ROUNDS = 5;

/**
 * Measures both in turns, the first one changing, so that whatever else the machine does meets both. The ratio is the
 * median of the ratios of the rounds: the two halves of a round stand close together in time.
 */
export async function compare({ name, ours, floor, goal, note }: Comparison): Promise<Row> {
  const results: { ours: number; floor: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 2 === 0) {
      const first = await ours();
      results.push({ ours: first, floor: await floor.measure() });
    } else {
      const first = await floor.measure();
      results.push({ ours: await ours(), floor: first });
    }
  }
  const rounds = results.map((result) => result.ours / result.floor);
  return {
    name,
    ours: median(results.map((result) => result.ours)),
    unit: "/s",
    floor: { name: floor.name, value: median(results.map((result) => result.floor)) },
    ratio: median(rounds),
    goal,
    rounds,
    note: note ?? null,
  };
}

/** A rate that stands for itself: the median of as many rounds. */
export async function measureAlone(name: string, ours: Measure): Promise<Row> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await ours());
  return { name, ours: median(rates), unit: "/s", floor: null, ratio: null, goal: null, rounds: [], note: null };
}
