import { cpus, loadavg } from "node:os";
import { type Goal, isReached, type Row } from "./row";

type Cells = readonly string[];
const HEADINGS: Cells = ["", "ours", "measured against", "its figure", "ratio", "goal", "reached"];

/** The table that a person reads; notes stand below it. */
export function toTable(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(toCells)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const table = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const notes = rows.flatMap(({ name, note }) => (note === null ? [] : [`  ${name}: ${note}`]));
  return [...table, "", ...notes].join("\n");
}

/** The same for a program, with what it was measured on. */
export function toJson(rows: readonly Row[]): string {
  const [processor] = cpus();
  const machine = { node: process.version, cores: cpus().length, processor: processor?.model ?? null, load: loadavg() };
  const results = rows.map((row) => ({ ...row, reached: isReached(row) }));
  return `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, results }, null, 2)}\n`;
}

function toCells(row: Row): Cells {
  const { name, ours, unit, floor, ratio, goal } = row;
  return [
    name,
    `${rounded(ours)}${unit}`,
    floor?.name ?? "",
    floor === null ? "" : `${rounded(floor.value)}${unit}`,
    ratio?.toFixed(2) ?? "",
    goal === null ? "" : goalText(goal),
    { true: "yes", false: "NO", null: "" }[`${isReached(row)}`],
  ];
}

function goalText(goal: Goal): string {
  return "atLeast" in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
