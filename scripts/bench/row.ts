export type Goal = Readonly<{ atLeast: number } | { atMost: number }>;

/** One line of the result. What the goal speaks of is the ratio where there is one, else our own figure. */
export type Row = Readonly<{
  name: string;
  ours: number;
  unit: string;
  /** What ours was measured against in turns, and its figure in the same unit. */
  floor: Readonly<{ name: string; value: number }> | null;
  /** Ours to the floor's, above 1 when ours is better; the median of the rounds. */
  ratio: number | null;
  goal: Goal | null;
  /** The ratio of each round. */
  rounds: readonly number[];
  note: string | null;
}>;

/** Null for a row without a goal. */
export function isReached({ ours, ratio, goal }: Row): boolean | null {
  if (goal === null) return null;
  const figure = ratio ?? ours;
  return "atLeast" in goal ? figure >= goal.atLeast : figure <= goal.atMost;
}
