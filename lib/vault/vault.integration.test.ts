import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { cards, payments } from "@/db/schema";
import { transact } from "@/db/transact";
import { DecryptionError } from "@/lib/crypto/crypto-errors";
import type { SealedText } from "@/lib/crypto/sealed-text";
import type { CardId, MerchantId } from "@/lib/ids/id";
import { contextOf, openPaymentDesk, type PaymentDesk } from "@/lib/payments/testing/payment-desk";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { parseCardNumber } from "./card-number";
import { cardFingerprint, openCardNumber } from "./card-number-seal";
import { findSealedNumber } from "./card-store";
import { tokenizeCard } from "./tokenize-card";

let sandbox: Sandbox;
let desk: PaymentDesk;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openPaymentDesk(sandbox.url);
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

function cardNumber(text: string) {
  const parsed = parseCardNumber(text);
  if (!parsed.ok) throw new Error("not a card number");
  return parsed.number;
}

const scopeOf = (merchantId: MerchantId) => ({ merchantId, mode: "test" }) as const;

async function sealedIn(id: CardId): Promise<SealedText> {
  const [row] = await desk.world.owner.db.select({ number: cards.number }).from(cards).where(eq(cards.id, id));
  if (!row?.number) throw new Error("there is no number");
  return row.number;
}

describe("vault.sealed-to-its-row: the attack is to copy a sealed number to a row that the attacker may charge", () => {
  it("it opens in its own row and for its own merchant, and nowhere else", async () => {
    const { world, merchantId } = desk;
    const other = await world.addMerchant();
    const [mine, second, theirs] = [
      await world.addCard(merchantId, "5555555555554444"),
      await world.addCard(merchantId),
      await world.addCard(other),
    ];
    const sealed = await sealedIn(mine);
    expect(openCardNumber(world.ring, merchantId, mine, sealed)).toBe("5555555555554444");
    for (const [merchant, row] of [
      [merchantId, second],
      [other, theirs],
      [other, mine],
    ] as const) {
      expect(() => openCardNumber(world.ring, merchant, row, sealed)).toThrow(DecryptionError);
    }
  });

  it("a payment with a card whose number was moved there charges nothing", async () => {
    const { world, merchantId } = desk;
    const [victim, own] = [await world.addCard(await world.addMerchant()), await world.addCard(merchantId)];
    const sealed = await sealedIn(victim);
    await transact(world.owner, systemContext("test"), (tx) =>
      tx.update(cards).set({ number: sealed }).where(eq(cards.id, own)),
    );
    const call = desk.call("moved-number", { card: own, reference: "moved-number" });
    await expect(desk.pay(call)).rejects.toThrow(DecryptionError);
    expect(await world.charges({ reference: "moved-number" })).toEqual([]);
    // Nothing is left that would be sent again and again.
    expect(await world.owner.db.$count(payments, eq(payments.reference, "moved-number"))).toBe(0);
  });

  it("two seals of one number differ", async () => {
    const [one, two] = [await desk.world.addCard(desk.merchantId), await desk.world.addCard(desk.merchantId)];
    expect(await sealedIn(one)).not.toBe(await sealedIn(two));
  });

  it("another merchant's sealed number is not even found", async () => {
    const { world, merchantId, card } = desk;
    const other = await world.addMerchant();
    expect(await findSealedNumber(world.client.db, scopeOf(merchantId), card)).toMatch(/^v1\./);
    expect(await findSealedNumber(world.client.db, scopeOf(other), card)).toBeNull();
    expect(await findSealedNumber(world.client.db, { merchantId, mode: "live" }, card)).toBeNull();
  });
});

describe("fingerprint: the attack is to tell from it that two merchants share a customer, or to search for its number", () => {
  it("depends on the number alone within a merchant, and differs between merchants", async () => {
    const { world, merchantId } = desk;
    const other = await world.addMerchant();
    const number = cardNumber("4242424242424242");
    const mine = cardFingerprint(world.ring, merchantId, number);
    expect(cardFingerprint(world.ring, merchantId, cardNumber("4242 4242-4242 4242"))).toEqual(mine);
    expect(cardFingerprint(world.ring, merchantId, cardNumber("5555555555554444"))).not.toEqual(mine);
    expect(cardFingerprint(world.ring, other, number)).not.toEqual(mine);
  });

  it("names the merchant's first card with the number as the one that later ones repeat", async () => {
    const { world } = desk;
    const merchantId = await world.addMerchant();
    const add = async (expYear: number) => {
      const number = cardNumber("378282246310005");
      const card = { scope: scopeOf(merchantId), number, expMonth: 1, expYear, customerId: null };
      const { body } = await tokenizeCard(world, contextOf(merchantId), null, card);
      return JSON.parse(body) as { id: CardId; duplicate_of: string | null };
    };
    const [first, second, third] = [await add(2040), await add(2041), await add(2040)];
    expect([first.duplicate_of, second.duplicate_of, third.duplicate_of]).toEqual([null, first.id, first.id]);
  });
});

describe("vault.nothing-in-the-clear: the attack is a stolen copy of the database", () => {
  it("no column of any table holds a card number or a security code after tokenising and paying", async () => {
    const { world } = desk;
    const merchantId = await world.addMerchant();
    const [pan, cvc] = ["5200828282828210", "918"];
    const number = cardNumber(pan);
    const request = { ...desk.call("tokenise", {}, merchantId).request, key: "vault-card", path: "/api/v1/cards" };
    const card = { scope: scopeOf(merchantId), number, expMonth: 7, expYear: 2041, customerId: null };
    const { body } = await tokenizeCard(world, contextOf(merchantId), request, card);
    const { id } = JSON.parse(body) as { id: CardId };
    const call = world.call(merchantId, "vault-pay", { amount: "7.00", currency: "INR", card: id, cvc });
    const answer = await desk.pay(call);
    expect(answer.status).toBe(201);
    await desk.pay(call);

    const dump = await world.dump();
    expect(dump).toContain(id);
    expect(dump).toContain("8210");
    // Whole, in groups, or as the bytes of a bytea column.
    expect(dump.replace(/[\s-]/g, "")).not.toContain(pan);
    expect(dump).not.toContain(Buffer.from(pan).toString("hex"));
    expect(dump).not.toContain(Buffer.from(pan).toString("base64").replace(/=+$/, ""));
    // As a value of its own: three digits also stand in every hundredth time of day, and these letters in wrapped keys.
    expect(dump).not.toMatch(new RegExp(`(?<![\\w.-])(card_)?cvc(_|(?![\\w.-]))|[": ]${cvc}[",} ]`, "i"));
  });
});
