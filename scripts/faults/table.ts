import type { RunResult } from "./run-one";

/** One line about a run, as it ends. */
export function showRun({ scenario, seed, seconds, violations }: RunResult, index: number, runs: number): void {
  const mark = violations.length === 0 ? "ok" : "VIOLATED";
  console.log(
    `  ${index}/${runs}  ${mark.padEnd(8)} ${String(scenario.number).padStart(2)}  seed ${seed}  ${seconds.toFixed(1)} s  ${scenario.title}`,
  );
  for (const violation of violations) console.log(`      ${violation}`);
}

/** One line for each scenario: how often it ran, and how often something was wrong. */
export function toTable(results: readonly RunResult[]): string {
  const groups = Map.groupBy(results, ({ scenario }) => scenario.number);
  const rows = [...groups.values()].map((group) => {
    const seconds = group.reduce((sum, result) => sum + result.seconds, 0);
    const violated = group.filter(({ violations }) => violations.length > 0);
    const seeds = violated.map(({ seed }) => seed).join(" ");
    const { number, title } = group[0]?.scenario ?? { number: 0, title: "" };
    return [
      String(number),
      title,
      String(group.length),
      (seconds / group.length).toFixed(1),
      String(violated.length),
      seeds,
    ];
  });
  const all = [["#", "fault", "runs", "s each", "violated", "seeds"], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
