import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActionDesk, openActionDesk } from "@/lib/boundary/testing/action-desk";
import { deleteCard } from "./actions";

let desk: ActionDesk;

beforeAll(async () => {
  desk = await openActionDesk();
});
afterAll(() => desk.close());

describe("card.deleted-by-hand", () => {
  it.each(["owner", "admin"] as const)("the %s shreds a card, once", async (role) => {
    const person = await desk.person(role);
    const cardId = await desk.cardOf(person);
    expect(await desk.as(person, () => deleteCard({ cardId }))).toEqual({ kind: "deleted" });
    expect(await desk.storedCard(cardId)).toMatchObject({
      number: null,
      fingerprint: null,
      deletedAt: expect.any(Date),
    });
    const again = await desk.as(person, () => deleteCard({ cardId }));
    expect(again).toEqual({ kind: "refused", message: "There is no such card." });
  });

  it.each(["operator", "developer", "viewer"] as const)(
    "the attack is a call by the %s, who has no button",
    async (role) => {
      const person = await desk.person(role);
      const cardId = await desk.cardOf(person);
      const refused = { kind: "refused", message: "Your role may not do this." };
      expect(await desk.as(person, () => deleteCard({ cardId }))).toEqual(refused);
      expect(await desk.storedCard(cardId)).toMatchObject({ number: expect.anything(), deletedAt: null });
    },
  );

  it("another merchant's card is one that never was", async () => {
    const cardId = await desk.cardOf(await desk.person());
    const stranger = await desk.person();
    const refused = { kind: "refused", message: "There is no such card." };
    expect(await desk.as(stranger, () => deleteCard({ cardId }))).toEqual(refused);
    expect(await desk.storedCard(cardId)).toMatchObject({ number: expect.anything(), deletedAt: null });
  });
});
