export type FilterValues = Readonly<Record<string, string | undefined>>;

/** The address of a list with these filters; empty ones leave no trace in it. */
export function filterHref(path: string, filters: FilterValues): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value) query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}
