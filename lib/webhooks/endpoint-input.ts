import { z } from "zod";
import { documented } from "@/lib/openapi/documented";
import { pageCursor, pageLimit } from "@/lib/paging/keyset";
import { freeText } from "@/lib/sensitive/free-text";
import { holdsCardNumber } from "@/lib/sensitive/holds-card-number";
import { SUBSCRIPTIONS } from "./endpoint-store";

const URL_LONGEST = 2000;

/** As the URL standard writes it. Whom it may reach is judged when it is known where it leads (`refuseInnerAddress`). */
const webhookUrl = freeText(URL_LONGEST).transform((text, context) => {
  const url = URL.parse(text);
  const refuse = (message: string, code?: string): never => {
    context.addIssue({ code: "custom", message, params: { code } });
    return z.NEVER;
  };
  if (!url || !/^https?:$/.test(url.protocol))
    return refuse("Send a web address that begins with https:// or http://.");
  if (url.username !== "" || url.password !== "") return refuse("Send the address without user name and password.");
  if (url.hash !== "" || text.includes("#")) return refuse("Send the address without a part after #.");
  if (url.href.length > URL_LONGEST) return refuse(`At most ${URL_LONGEST} characters.`);
  if (holdsCardNumber(url.href)) {
    return refuse("This address holds a card number. Card numbers go to POST /cards only.", "card_number_in_text");
  }
  return url.href;
});

/** `POST /webhook-endpoints`. */
export const endpointInput = z.strictObject({
  url: documented(
    webhookUrl,
    "Where to, as the URL standard (WHATWG) reads it. It must be reachable from the Internet; redirects are not followed.",
    {
      as: { type: "string", pattern: "^https?://", maxLength: URL_LONGEST },
    },
  ),
  events: documented(
    z
      .array(z.enum(SUBSCRIPTIONS))
      .min(1, "Name at least one event type, or * for every one.")
      .max(SUBSCRIPTIONS.length)
      .transform((types) => [...new Set(types)]),
    "Which types of events; `*` is every one, also those to come.",
  ),
});

/** A POST that says all it says by its path. */
export const nothingInput = z.strictObject({});

/** `GET /webhook-endpoints` and `GET /webhook-endpoints/{id}/deliveries`. */
export const webhookListQuery = z
  .strictObject({ limit: pageLimit.default(25), cursor: pageCursor.optional() })
  .transform(({ limit, cursor = null }) => ({ limit, cursor }));
