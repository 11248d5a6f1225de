import { maskText } from "@/lib/logging/mask-text";

type Params = Readonly<Record<string, string | string[] | undefined>>;

/** Parameters of a query whose values are ids, choices and numbers of ours; what is in any other is not kept. */
const SHOWN = new Set(
  ["limit", "cursor", "status", "currency", "type", "card", "customer"].concat([
    "created_from",
    "created_to",
    "amount_min",
    "amount_max",
  ]),
);

const ID = /^[a-z]{2,4}_[0-9a-z]{26}$/;

/** Where any path is taken (`[...path]`), the parts that are plain words. */
const WORD = /^(?:v1|[a-z][a-z_-]{0,23})$/;

const LONGEST = 500;

/**
 * Path and query as the request log may keep them: a list of what is shown, and the masking of logs over that. In the place of
 * an id stands nothing but an id, for people send card numbers where ids belong. `route` has the names of the parameters instead.
 */
export function maskedTarget(target: string, params: Params): Readonly<{ route: string; path: string }> {
  const url = new URL(target, "http://server");
  const named = new Map(
    Object.entries(params).flatMap(([name, value = []]) =>
      [value].flat().map((part) => [part, { name, shown: typeof value === "string" ? ID : WORD }] as const),
    ),
  );
  const parts = url.pathname.split("/").map((part) => {
    const text = decode(part);
    const found = named.get(text) ?? named.get(part);
    if (found === undefined) return { route: part, path: part };
    return { route: `{${found.name}}`, path: found.shown.test(text) ? text : "…" };
  });
  const query = [...url.searchParams].map(([name, value]) =>
    SHOWN.has(name) ? `${name}=${maskText(value)}` : `${/^[a-z_]{1,32}$/.test(name) ? name : "…"}=…`,
  );
  const path = maskText(parts.map((part) => part.path).join("/"));
  return {
    route: parts.map((part) => part.route).join("/"),
    path: (query.length === 0 ? path : `${path}?${query.join("&")}`).slice(0, LONGEST),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
