/** A half-open range `[start, end)` of UTF-16 indexes into the text that was searched. */
export type Span = readonly [start: number, end: number];

/** Joins spans that overlap, so that a masker may replace each one without looking at the next. Adjacent ones stay apart. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((left, right) => left[0] - right[0])) {
    const last = merged.at(-1);
    if (last !== undefined && span[0] < last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])];
    else merged.push(span);
  }
  return merged;
}
