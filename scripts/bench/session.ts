import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import type { MerchantId, UserId } from "@/lib/ids/id";
import type { SessionLimits, SessionStore } from "@/lib/sessions/session-store";

export const BENCH_LIMITS: SessionLimits = { idleSeconds: 900, absoluteSeconds: 43_200, maxPerUser: 3 };

/** A session of somebody of the seed's, in the store that is measured: its token. */
export async function createSession(client: DatabaseClient, store: SessionStore): Promise<string> {
  const [user] = await client.pool<{ id: UserId; merchant_id: MerchantId }[]>`
    select id, merchant_id from users where disabled_at is null order by id limit 1`;
  if (!user) throw new Error("the seed made no user");
  const who = { userId: user.id, merchantId: user.merchant_id, ip: null, userAgent: "bench", deviceId: null };
  const created = await transact(client, systemContext("bench"), (tx) =>
    store.create(tx, { ...who, method: "totp", replacesToken: null }),
  );
  return created.token;
}
