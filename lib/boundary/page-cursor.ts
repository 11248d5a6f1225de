/**
 * Where a page of a list starts, from its address: `after` for older rows, `before` for newer ones. A cursor that is none
 * of ours is as if it were not there: an address that somebody cut short still opens the list.
 */
export function readCursor(
  search: Readonly<Record<string, string>>,
  isCursor: (text: string) => boolean,
): { cursor: string | null; direction: "older" | "newer" } {
  const { after, before } = search;
  if (before && isCursor(before)) return { cursor: before, direction: "newer" };
  return { cursor: after && isCursor(after) ? after : null, direction: "older" };
}
