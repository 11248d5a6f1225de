import { customerChanges, customerInput, customerListQuery } from "@/lib/customers/customer-input";
import { customerAnswer, listOf } from "../answers";
import type { Operation } from "../operation";

export const customerOperations: readonly Operation[] = [
  {
    ...{ id: "createCustomer", method: "POST", path: "/customers", tag: "Customers", summary: "Add a customer" },
    description: "Personal data is encrypted, and answered masked.",
    ...{ permission: "customers:write", policy: "tokenize", body: customerInput, idempotency: "accepted" },
    answers: [{ status: 201, description: "The customer.", schema: customerAnswer }],
    errors: ["card_number_in_text"],
    example: { name: "Ada Lovelace", email: "ada@example.com", phone: "+919876543210" },
  },
  {
    ...{ id: "listCustomers", method: "GET", path: "/customers", tag: "Customers", summary: "List customers" },
    ...{ permission: "customers:read", policy: "get_transaction", query: customerListQuery },
    answers: [{ status: 200, description: "One page, newest first.", schema: listOf(customerAnswer, "CustomerList") }],
  },
  {
    ...{ id: "getCustomer", method: "GET", path: "/customers/{id}", tag: "Customers", summary: "Get a customer" },
    ...{ permission: "customers:read", policy: "get_transaction" },
    answers: [{ status: 200, description: "The customer.", schema: customerAnswer }],
  },
  {
    ...{
      id: "changeCustomer",
      method: "PATCH",
      path: "/customers/{id}",
      tag: "Customers",
      summary: "Change a customer",
    },
    description: "What is not sent stays, `null` takes away, and `metadata` is replaced as a whole.",
    ...{ permission: "customers:write", policy: "other", body: customerChanges },
    answers: [{ status: 200, description: "The customer as it is now.", schema: customerAnswer }],
    errors: ["card_number_in_text"],
    example: { phone: null },
  },
  {
    ...{
      id: "eraseCustomer",
      method: "DELETE",
      path: "/customers/{id}",
      tag: "Customers",
      summary: "Erase a customer",
    },
    description:
      "Personal data, cards and stored answers that held them are gone for good. Payments keep their amounts.",
    ...{ permission: "customers:write", policy: "other" },
    answers: [{ status: 204, description: "The customer is erased.", schema: null }],
  },
];
