import { normalizeEmail } from "@/lib/auth/email";
import { readPhoneNumber } from "@/lib/factors/phone-number";
import { type CustomerId, parseId } from "@/lib/ids/id";

/** What a person typed to find a customer by. `unreadable` is neither a whole address nor a whole number, nor an id. */
export type CustomerSearch =
  | Readonly<{ kind: "all" }>
  | Readonly<{ kind: "unreadable" }>
  | Readonly<{ kind: "email"; email: string }>
  | Readonly<{ kind: "phone"; phone: string }>
  | Readonly<{ kind: "id"; id: CustomerId }>;

/** Names and parts are sealed and cannot be searched: the whole of an address, a number or an id finds somebody. */
export function readCustomerSearch(typed: string | undefined): CustomerSearch {
  const text = typed?.trim() ?? "";
  if (text === "") return { kind: "all" };
  const id = parseId("cus", text);
  if (id) return { kind: "id", id };
  const email = normalizeEmail(text);
  if (email) return { kind: "email", email };
  const read = readPhoneNumber(text);
  if (read.ok) return { kind: "phone", phone: read.phone };
  // Every number that the API takes can be found, also one that no country has.
  return /^\+[1-9][0-9]{6,14}$/.test(text) ? { kind: "phone", phone: text } : { kind: "unreadable" };
}
