import { EVENT_TYPES } from "@/lib/events/event-store";
import { type IdPrefix, parseId } from "@/lib/ids/id";
import { maskText } from "@/lib/logging/mask-text";
import { parseCurrency } from "@/lib/money/currency";
import { PAYMENT_STATUSES } from "@/lib/payments/payment-status";

type Params = Readonly<Record<string, string | string[] | undefined>>;

const anId = (prefix: IdPrefix) => (text: string) => parseId(prefix, text) !== null;
const oneOf = (choices: readonly string[]) => (text: string) => choices.includes(text);
const matching = (pattern: RegExp) => (text: string) => pattern.test(text);

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+ -]\d\d:\d\d)$/;
/** Shorter than a telephone number. */
const AMOUNT = /^\d{1,8}(?:\.\d{1,4})?$/;
/** Of `next_cursor`: a time and an id, or the place in the list of events. */
const CURSOR = /^(?:[0-9a-z]{1,9}\.[a-z]{2,4}_[0-9a-z]{26}|[1-9]\d{0,8})$/;

/**
 * Parameters of a query whose values are ids, choices and numbers of ours, and what those look like. What is in any other, or
 * looks otherwise, is not kept: people search for names and telephone numbers wherever they can type.
 */
const SHOWN = new Map<string, (text: string) => boolean>([
  ["limit", matching(/^\d{1,3}$/)],
  ["cursor", matching(CURSOR)],
  ["status", oneOf(PAYMENT_STATUSES)],
  ["currency", (text) => parseCurrency(text) !== null],
  ["type", oneOf(EVENT_TYPES)],
  ["card", anId("tok")],
  ["customer", anId("cus")],
  ["created_from", matching(INSTANT)],
  ["created_to", matching(INSTANT)],
  ["amount_min", matching(AMOUNT)],
  ["amount_max", matching(AMOUNT)],
]);

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
    SHOWN.get(name)?.(value) ? `${name}=${maskText(value)}` : `${/^[a-z_]{1,32}$/.test(name) ? name : "…"}=…`,
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
