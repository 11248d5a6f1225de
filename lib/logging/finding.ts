/** What to write in place of the half-open range `[start, end)` of a text. */
export type Finding = Readonly<{ start: number; end: number; text: string }>;

export const MASKED = "[masked]";

/**
 * Findings in order without overlaps. Where two overlap, one replacement covers both, with the text of the one that
 * was found first: callers list the surer ones first.
 */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  if (findings.length < 2) return [...findings];
  const ranked = findings.map((finding, rank) => ({ ...finding, rank }));
  const merged: (Finding & { rank: number })[] = [];
  for (const next of ranked.toSorted((a, b) => a.start - b.start || a.rank - b.rank)) {
    const last = merged.at(-1);
    if (last === undefined || next.start >= last.end) {
      merged.push(next);
      continue;
    }
    const surer = next.rank < last.rank ? next : last;
    merged[merged.length - 1] = { ...surer, start: last.start, end: Math.max(last.end, next.end) };
  }
  return merged;
}
