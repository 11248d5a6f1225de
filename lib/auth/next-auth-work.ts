import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { Limits } from "@/lib/rate-limit/limits";
import { noteRefusedToken } from "@/lib/sessions/note-refused-token";
import { resolveFrom } from "@/lib/sessions/resolve-from";
import type { SessionStore } from "@/lib/sessions/session-store";
import type { AuthCookies } from "./auth-cookies";
import { readDevice, recogniseDevice, signDevice } from "./device";
import type { NextAuthWork } from "./next-auth-options";
import { readCookies } from "./read-cookies";
import type { RequestOrigin } from "./request-origin";
import { signInWithPasskey } from "./sign-in-with-passkey";
import { verifySecondFactor } from "./verify-second-factor";

type Dependencies = Readonly<{
  client: DatabaseClient;
  /** Asked for when a code is to be checked, and not for reading a session. */
  ring: () => Promise<KeyRing>;
  sessions: SessionStore;
  lockoutSeconds: number;
  appUrl: string;
  limits: Limits;
  /** AUTH_SECRET. */
  secret: string;
}>;

type From = Readonly<{ headers: Headers; cookies: AuthCookies; origin: RequestOrigin }>;

/** What next-auth's callbacks do for one request. */
export function nextAuthWork(deps: Dependencies, { headers, cookies, origin }: From): NextAuthWork {
  const { client, sessions, lockoutSeconds, appUrl, limits } = deps;
  const sent = readCookies(headers.get("cookie"), [cookies.challenge.name, cookies.session.name, cookies.device.name]);
  const sessionToken = sent[cookies.session.name] ?? null;
  const device = recogniseDevice(deps.secret, sent[cookies.device.name] ?? null);
  const from = { sessionToken, deviceId: device.id, origin };
  return {
    deviceCookie: (id) => signDevice(deps.secret, id),
    verifySecondFactor: async (proof) => {
      const challengeToken = sent[cookies.challenge.name] ?? null;
      const ring = await deps.ring();
      return verifySecondFactor({ client, ring, sessions, lockoutSeconds, appUrl }, { proof, challengeToken, ...from });
    },
    signInWithPasskey: async (answer) => {
      const ring = await deps.ring();
      return signInWithPasskey({ client, ring, sessions, appUrl, limits }, { answer, ...from });
    },
    resolveSession: async (token) => {
      const deviceId = readDevice(deps.secret, sent[cookies.device.name] ?? null);
      const session = await resolveFrom(deps, token, { ...origin, deviceId });
      if (session === null) await noteRefusedToken(deps, token, origin);
      return session;
    },
    signOut: async ({ sessionId, user, merchant }) => {
      const context = { actor: { type: "user", id: user.id }, merchantId: merchant.id, ...origin } as const;
      await transact(client, context, (tx) => sessions.end(tx, { sessionId }, "signed_out", user.id));
    },
  };
}
