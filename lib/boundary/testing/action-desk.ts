import { eq } from "drizzle-orm";
import { type WorkStore, workAsyncStorage } from "next/dist/server/app-render/work-async-storage.external";
import { workUnitAsyncStorage } from "next/dist/server/app-render/work-unit-async-storage.external";
import { createRequestStore } from "next/dist/server/async-storage/request-store";
import { vi } from "vitest";
import { systemContext } from "@/db/audit-context";
import { cards, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { authCookies } from "@/lib/auth/auth-cookies";
import type { Role } from "@/lib/auth/role";
import { APP_URL, createSignInWorld } from "@/lib/auth/testing/sign-in-world";
import { database } from "@/lib/database";
import { type EventType, insertEvent } from "@/lib/events/event-store";
import type { CardId, StepUpId } from "@/lib/ids/id";
import { loadKeyRing } from "@/lib/keys/load-key-ring";
import { TEST_MASTER_KEY } from "@/lib/payments/testing/payment-world";
import { grantStepUp } from "@/lib/step-up/step-up-store";
import { type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { parseCardNumber } from "@/lib/vault/card-number";
import { tokenizeCard } from "@/lib/vault/tokenize-card";

export type ActionDesk = Awaited<ReturnType<typeof openActionDesk>>;

/**
 * Server actions, called as Next.js calls them: in the storage of a browser's request. The process's environment is set for
 * them; `close` undoes it.
 */
export async function openActionDesk() {
  const world = await createSignInWorld();
  const ring = await loadKeyRing(world.client, TEST_MASTER_KEY);
  const environment = {
    DATABASE_URL: world.appUrl,
    APP_URL,
    AUTH_SECRET: "a secret of the tests, of more than 32 characters",
    MASTER_KEY: TEST_MASTER_KEY,
    SANDBOX_URL: "http://127.0.0.1:9",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return {
    world,
    /** An owner, unless another role is said, each of a merchant of their own. */
    person: async (role: Role = "owner"): Promise<SignedIn> => {
      const user = await world.addUser();
      await transact(world.owner, systemContext("test"), (tx) =>
        tx.update(users).set({ role }).where(eq(users.id, user.userId)),
      );
      return signedIn(world, user);
    },
    /** Acts as the browser of who is signed in; with null, of a stranger. */
    as: <Result>(person: Pick<SignedIn, "token"> | null, act: () => Promise<Result>): Promise<Result> =>
      inRequest(person === null ? {} : { cookie: `${authCookies(APP_URL).session.name}=${person.token}` }, act),
    /** A card of the person's merchant, in the vault. */
    cardOf: async ({ user: { merchantId }, context }: SignedIn): Promise<CardId> => {
      const number = parseCardNumber("4242424242424242");
      if (!number.ok) throw new Error("this is no card number");
      const card = { number: number.number, expMonth: 12, expYear: 2039, customerId: null };
      await tokenizeCard({ client: world.client, ring }, context, null, {
        scope: { merchantId, mode: "test" },
        ...card,
      });
      const [row] = await world.owner.db.select().from(cards).where(eq(cards.merchantId, merchantId));
      if (!row) throw new Error("the card is not there");
      return row.id;
    },
    /** Gives the proof that an action asked for, as if a code had been right. */
    prove: ({ context }: SignedIn, stepUpId: StepUpId): Promise<void> =>
      transact(world.client, context, (tx) => grantStepUp(tx, stepUpId, "totp")),
    /** Something happens to the person's merchant. */
    tell: ({ user: { merchantId }, context }: SignedIn, type: EventType): Promise<void> =>
      transact(world.client, context, (tx) =>
        insertEvent(tx, { scope: { merchantId, mode: "test" }, type, resourceId: "tok_of_the_tests", data: {} }),
      ),
    storedCard: async (id: CardId) => {
      const [row] = await world.owner.db.select().from(cards).where(eq(cards.id, id));
      return row;
    },
    close: async () => {
      await database().close();
      await world.close();
      vi.unstubAllEnvs();
    },
  };
}

/** Runs in the storage of a browser's request, as Next.js does. */
export function inRequest<Result>(
  headers: Readonly<Record<string, string>>,
  act: () => Promise<Result>,
): Promise<Result> {
  const store = createRequestStore({
    phase: "action",
    headers: new Headers({ host: new URL(APP_URL).host, origin: APP_URL, ...headers }),
    onUpdateCookies: undefined,
    url: { pathname: "/" },
    rootParams: {},
    implicitTags: { tags: [], expirationsByCacheKind: new Map() },
    resumeDataCache: null,
    previewProps: undefined,
    isHmrRefresh: undefined,
    serverComponentsHmrCache: undefined,
    hmrRefreshHash: undefined,
    stagedFallbackParams: undefined,
  });
  // Of the rest, which is about rendering, an action reads nothing.
  const work = { route: "/", page: "/", incrementalCache: {} } as WorkStore;
  return workAsyncStorage.run(work, () => workUnitAsyncStorage.run(store, act));
}
