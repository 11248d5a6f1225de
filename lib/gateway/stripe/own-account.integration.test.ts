import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStripeGateway } from "../stripe-gateway";
import { chargeRequest, lookupOf, options } from "../testing/requests";
import { onOwnAccount } from "./own-account";
import { ACCOUNT_ID, type FakeStripe, SECRET_KEY, startStripe } from "./testing/start-stripe";

let stripe: FakeStripe;
beforeAll(async () => {
  stripe = await startStripe();
});
afterAll(() => stripe.stop());

const patient = { ...options, timeoutMs: 5000 };
function gatewayOf(accountId: string) {
  const settings = { secretKey: SECRET_KEY, accountId, apiUrl: stripe.url };
  const told: string[] = [];
  return { ...onOwnAccount(createStripeGateway(settings), settings, () => told.push("another")), told };
}
const asked = () => stripe.calls.filter(({ path }) => path === "/v1/account").length;

describe("account.checked: the fault is a key that was changed for another account's, and an account id that was not", () => {
  it("nothing is sent, and nothing is taken for absent there", async () => {
    const gateway = gatewayOf("acct_another0000000");
    const [request, before] = [chargeRequest("4242424242424242"), stripe.calls.length];
    const wrong = { kind: "unknown", reason: "the key is of another Stripe account" };
    expect(await gateway.charge(request, patient)).toEqual(wrong);
    expect(await gateway.findCharge(lookupOf(request), patient)).toEqual(wrong);
    expect(stripe.calls.slice(before).map(({ path }) => path)).toEqual(["/v1/account"]);
    expect(await gateway.doubt(5000)).toEqual(wrong);
    // The process ends by it.
    expect(gateway.told).toEqual(["another"]);
  });

  it("the right one is asked for once, however many calls there are at first", async () => {
    const [gateway, before] = [gatewayOf(ACCOUNT_ID), asked()];
    const charge = () => gateway.charge(chargeRequest("4242424242424242"), patient);
    const outcomes = [...(await Promise.all([charge(), charge(), charge()])), await charge()];
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(4).fill("approved"));
    expect(asked() - before).toBe(1);
  });

  it("where Stripe does not say, the call is unknown and has sent nothing; the next one asks again", async () => {
    const gateway = gatewayOf(ACCOUNT_ID);
    const [request, before] = [chargeRequest("4242424242424242"), stripe.calls.length];
    stripe.next(/account$/, "500");
    expect(await gateway.charge(request, patient)).toMatchObject({ kind: "unknown" });
    expect(stripe.calls.slice(before)).toHaveLength(1);
    stripe.next(/account$/, "500");
    expect(await gateway.doubt(5000)).toMatchObject({ kind: "unknown" });
    expect(await gateway.charge(request, patient)).toMatchObject({ kind: "approved" });
    expect([await gateway.doubt(5000), gateway.told]).toEqual([null, []]);
  });
});
