import { expect, it } from "vitest";
import { readCustomerSearch } from "./customer-search";

const ID = "cus_00000000000000000000000000";

it.each<[string | undefined, unknown]>([
  [undefined, { kind: "all" }],
  ["  ", { kind: "all" }],
  [" Ada@Example.com ", { kind: "email", email: "ada@example.com" }],
  ["+91 98765 43210", { kind: "phone", phone: "+919876543210" }],
  ["0091 98765-43210", { kind: "phone", phone: "+919876543210" }],
  ["+15550001234", { kind: "phone", phone: "+15550001234" }],
  [ID, { kind: "id", id: ID }],
  ["Ada", { kind: "unreadable" }],
  ["ada@", { kind: "unreadable" }],
  ["98765 43210", { kind: "unreadable" }],
  ["cus_1", { kind: "unreadable" }],
])("%j is %j", (typed, search) => {
  expect(readCustomerSearch(typed)).toEqual(search);
});
