import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries } from "@/db/schema";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { waitingLongerThan } from "@/lib/payments/payment-figures-store";
import { idIn, openPaymentDesk, type PaymentDesk } from "@/lib/payments/testing/payment-desk";
import { findDue, isElsewhere, isLagging, WAITS_ELSEWHERE } from "./due-store";
import { nameAcquirer } from "./name-acquirer-store";
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

describe("reconciler.unnamed: the fault is a server of before that names no acquirer, and a GATEWAY that is changed afterwards", () => {
  it("what is pending is named by the first that looks, in its trail, and is nobody else's from then on; the rest stays", async () => {
    const { client, owner, tamper } = desk.world;
    const gatewayOf = async (of: string) =>
      (await owner.db.execute(sql`select gateway from payments where id = ${of}`))[0]?.gateway;
    const name = (gateway: typeof here) => nameAcquirer(desk.world.services({ gateway }));
    await tamper(sql`update payments set gateway = null where id = ${id}`);
    await name({ ...other, doubt: charge });
    await name({ ...other, mode: "live" });
    expect(await gatewayOf(id)).toBeNull();
    await Promise.all([name(here), name(here)]);
    await name(other);
    expect(await gatewayOf(id)).toBe(here.identity);
    expect(await findDue(client.db, other, -1000, null, 10)).toMatchObject({ subjects: [] });
    const trail = await owner.db.select().from(auditEntries).where(eq(auditEntries.resourceId, id));
    expect(trail.filter(({ actorId }) => actorId === "reconciler")).toMatchObject([
      { action: "payment.updated", merchantId: desk.merchantId, newValues: { gateway: here.identity } },
    ]);
    const taken = desk.call("taken");
    const settled = idIn((await desk.pay(taken, { gateway: here })).body);
    await tamper(
      sql`update payments set gateway = null, status = 'failed', failure_code = 'card_declined', failure_message = 'x' where id = ${settled}`,
    );
    await name(here);
    expect(await gatewayOf(settled)).toBeNull();
  });
});

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
