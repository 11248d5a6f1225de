/** Where a page of a list starts, from its address: `after` for older rows, `before` for newer ones. */
export function readCursor(search: Readonly<Record<string, string>>): {
  cursor: string | null;
  direction: "older" | "newer";
} {
  const { after, before } = search;
  return before ? { cursor: before, direction: "newer" } : { cursor: after ?? null, direction: "older" };
}
