// Before anything of Next.js, which looks for it once: whoever imports actions does so after this.
import "next/dist/server/node-environment-baseline";

import { type WorkStore, workAsyncStorage } from "next/dist/server/app-render/work-async-storage.external";
import { workUnitAsyncStorage } from "next/dist/server/app-render/work-unit-async-storage.external";
import { createRequestStore } from "next/dist/server/async-storage/request-store";
import { vi } from "vitest";
import { authCookies } from "@/lib/auth/auth-cookies";
import { APP_URL, createSignInWorld } from "@/lib/auth/testing/sign-in-world";
import { database } from "@/lib/database";
import { TEST_MASTER_KEY } from "@/lib/payments/testing/payment-world";
import { type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";

export type ActionDesk = Awaited<ReturnType<typeof openActionDesk>>;

/**
 * Server actions, called as Next.js calls them: in the storage of a browser's request. The process's environment is set for
 * them; `close` undoes it.
 */
export async function openActionDesk() {
  const world = await createSignInWorld();
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
    person: async (): Promise<SignedIn> => signedIn(world, await world.addUser()),
    /** Acts as the browser of who is signed in; with null, of a stranger. */
    as: <Result>(person: Pick<SignedIn, "token"> | null, act: () => Promise<Result>): Promise<Result> =>
      inRequest(person === null ? {} : { cookie: `${authCookies(APP_URL).session.name}=${person.token}` }, act),
    close: async () => {
      await database().close();
      await world.close();
      vi.unstubAllEnvs();
    },
  };
}

function inRequest<Result>(headers: Readonly<Record<string, string>>, act: () => Promise<Result>): Promise<Result> {
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
  const work = { route: "/", page: "/", forceStatic: false, dynamicShouldError: false } as WorkStore;
  return workAsyncStorage.run(work, () => workUnitAsyncStorage.run(store, act));
}
