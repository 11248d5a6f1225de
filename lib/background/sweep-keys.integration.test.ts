import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { type OperationDesk, openOperationDesk } from "@/lib/payments/testing/operation-desk";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { deleteExpired } from "./sweep-store";

let sandbox: Sandbox;
let desk: OperationDesk;
beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openOperationDesk(sandbox.url);
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

const lost = async () => ({ kind: "unknown", reason: "no answer" }) as const;
const deaf = gatewayWith({ charge: lost, capture: lost, voidHold: lost, refund: lost });
const age = (hours: number) =>
  desk.world.owner.db.execute(
    sql`update idempotency_keys set created_at = now() - make_interval(hours => ${hours}, mins => 1)`,
  );

it("idempotency.retention: keys live 24 hours, and as long as their payment, operation or refund is pending", async () => {
  const settled = ["settled-payment", "settled-capture", "settled-refund"];
  const pending = ["pending-payment", "pending-void", "pending-refund"];
  const [first = "", second = "", third = ""] = settled;
  await desk.pay(desk.call(first));
  await desk.capture(await desk.hold(), null, { key: second });
  await desk.refund(await desk.payFor(), null, { key: third });
  await desk.pay(desk.call("pending-payment"), { gateway: deaf });
  await desk.voidHold(await desk.hold(), { key: "pending-void", gateway: deaf });
  await desk.refund(await desk.payFor(), null, { key: "pending-refund", gateway: deaf });

  await age(23);
  await deleteExpired(desk.world.client.db);
  for (const key of [...settled, ...pending]) expect(await desk.storedKey(key), key).not.toBeNull();
  await age(24);
  await deleteExpired(desk.world.client.db);
  for (const key of settled) expect(await desk.storedKey(key), key).toBeNull();
  await age(24 * 400);
  await deleteExpired(desk.world.client.db);
  for (const key of pending) expect(await desk.storedKey(key), key).not.toBeNull();
});
