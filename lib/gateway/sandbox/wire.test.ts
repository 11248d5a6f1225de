import { expect, it } from "vitest";
import { gatewayId as stripeId } from "../stripe/intent";
import { gatewayId as sandboxId } from "./wire";

it("gateway.id-is-no-card: the attack is an acquirer's id that is a card's number, for ids are kept in the open", () => {
  for (const schema of [sandboxId, stripeId]) {
    expect(schema.safeParse("4242424242424242").success).toBe(false);
    expect(schema.safeParse("ch_4242424242424242").success).toBe(false);
    expect(schema.safeParse("pi_3MtwBwLkdIwHu7ix28a3tqPa").success).toBe(true);
  }
});
