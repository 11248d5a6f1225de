import { cardInput, cardListQuery } from "@/lib/vault/card-input";
import { cardAnswer, listOf } from "../answers";
import type { Operation } from "../operation";

export const cardOperations: readonly Operation[] = [
  {
    ...{ id: "createCard", method: "POST", path: "/cards", tag: "Cards", summary: "Tokenise a card" },
    description:
      "Puts a card number into the vault and answers a token for it. Only this call takes card numbers; everywhere else they are refused.",
    ...{ permission: "cards:write", policy: "tokenize", body: cardInput, idempotency: "accepted" },
    answers: [{ status: 201, description: "The card's token.", schema: cardAnswer }],
    errors: ["card_number_invalid", "card_expired", "cvc_invalid", "customer_not_found"],
    example: { number: "4242 4242 4242 4242", exp_month: 12, exp_year: 2040, cvc: "123" },
  },
  {
    ...{ id: "listCards", method: "GET", path: "/cards", tag: "Cards", summary: "List cards" },
    ...{ permission: "cards:read", policy: "get_transaction", query: cardListQuery },
    answers: [{ status: 200, description: "One page, newest first.", schema: listOf(cardAnswer, "CardList") }],
  },
  {
    ...{ id: "getCard", method: "GET", path: "/cards/{id}", tag: "Cards", summary: "Get a card" },
    ...{ permission: "cards:read", policy: "get_transaction" },
    answers: [{ status: 200, description: "The card.", schema: cardAnswer }],
  },
  {
    ...{ id: "deleteCard", method: "DELETE", path: "/cards/{id}", tag: "Cards", summary: "Delete a card" },
    description:
      "The number is gone for good, at once or as soon as a pending payment with it is settled. Nothing new can be started with it.",
    ...{ permission: "cards:write", policy: "other" },
    answers: [{ status: 204, description: "The card is deleted.", schema: null }],
  },
];
