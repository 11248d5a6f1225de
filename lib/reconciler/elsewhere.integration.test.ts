import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries } from "@/db/schema";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { waitingLongerThan } from "@/lib/payments/payment-figures-store";
import { idIn, openPaymentDesk, type PaymentDesk } from "@/lib/payments/testing/payment-desk";
import { findDue, isElsewhere, isLagging, WAITS_ELSEWHERE } from "./due-store";
import { idOf } from "./subject";
import { tellOfElsewhere } from "./tell-of-elsewhere";

const charge = async () => ({ kind: "unknown", reason: "no answer" }) as const;
const here = gatewayWith({ charge });
const other = { ...gatewayWith({}), identity: "stripe:acct_0123456789abcdef:test" };

let desk: PaymentDesk;
let id: string;
beforeAll(async () => {
  desk = await openPaymentDesk("http://127.0.0.1:9");
  id = idIn((await desk.pay(desk.call("lost"), { gateway: here })).body);
});
afterAll(() => desk.world.close());

describe("reconciler.elsewhere: the fault is another GATEWAY or account while something is pending", () => {
  it("it is due where it was begun, and nowhere else; there it is no lag, and readiness and the home page tell of it", async () => {
    const { db } = desk.world.client;
    const scope = { merchantId: desk.merchantId, mode: "test" } as const;
    const seen = async (gateway: typeof here) => ({
      due: (await findDue(db, gateway, -1000, null, 10)).subjects.map(idOf),
      lags: await isLagging(db, gateway, -1000, -1000),
      elsewhere: await isElsewhere(db, gateway),
      waiting: await waitingLongerThan(db, scope, gateway, -1),
    });
    const [one, none] = [{ count: 1 }, { count: 0 }];
    expect(await seen(here)).toMatchObject({
      ...{ due: [id], lags: true, elsewhere: false, waiting: { payments: one, moves: none, elsewhere: none } },
    });
    expect(await seen(other)).toMatchObject({
      ...{ due: [], lags: false, elsewhere: true, waiting: { payments: none, moves: none, elsewhere: one } },
    });
  });

  it("it is told of once, however many look and however often", async () => {
    const tell = () => tellOfElsewhere(desk.world.services({ gateway: other }));
    await Promise.all([tell(), tell(), tell()]);
    await tell();
    await tellOfElsewhere(desk.world.services({ gateway: here }));
    const told = await desk.world.owner.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.merchantId, desk.merchantId), eq(auditEntries.action, WAITS_ELSEWHERE)));
    expect(told).toMatchObject([{ resourceId: id, newValues: { id, kind: "payment", asks: other.identity } }]);
  });
});
