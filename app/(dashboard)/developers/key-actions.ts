"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Done, Invalid, NewSecret } from "@/components/developers/answers";
import type { Refused } from "@/components/security/answers";
import { apiKeyInput, apiKeyRef, rotationInput } from "@/lib/api-keys/api-key-input";
import { keyModes } from "@/lib/api-keys/key-modes";
import { createApiKey, endPreviousSecret, revokeApiKey, rotateApiKey } from "@/lib/api-keys/manage-keys";
import { action, stepUpAction } from "@/lib/boundary/action";
import { parseInput } from "@/lib/boundary/parse-input";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { keyRing } from "@/lib/keys/key-ring";
import { orInvalid, refused } from "./field-problem";

const typedText = z.string().max(4_000);

/** As it was typed: what is wrong with a field is told beside it. */
const typed = z.strictObject({
  name: typedText,
  mode: typedText,
  permissions: z.array(typedText).max(100),
  addresses: typedText,
  expiresInDays: typedText,
});

/** Makes a key, after a proof for exactly what it may do. */
export const createKey = stepUpAction<typeof typed, NewSecret | Invalid | Refused>(
  { name: "create_api_key", permission: "developers:manage", staysSignedOut: true, input: typed, onError: refused },
  (call, { addresses, expiresInDays, ...rest }) =>
    orInvalid(async () => {
      const key = parseInput(apiKeyInput, {
        ...rest,
        ipAllowList: addresses.split("\n").flatMap((line) => line.trim() || []),
        expiresInDays: expiresInDays === "" ? null : Number(expiresInDays),
      });
      const services = { client: database(), ring: await keyRing(), modes: keyModes(env()) };
      const { id, secret } = await createApiKey(services, call, key);
      revalidatePath("/developers");
      return { kind: "secret", id, secret };
    }),
);

/** Gives a key a new secret, after a proof. */
export const rotateKey = stepUpAction<typeof rotationInput, NewSecret | Refused>(
  {
    name: "rotate_api_key",
    permission: "developers:manage",
    staysSignedOut: true,
    input: rotationInput,
    onError: refused,
  },
  async (call, input) => {
    const { id, secret } = await rotateApiKey({ client: database(), ring: await keyRing() }, call, input);
    revalidatePath("/developers");
    return { kind: "secret", id, secret };
  },
);

/** Ends a key for good. */
export const revokeKey = action<typeof apiKeyRef, Done | Refused>(
  { name: "revoke_api_key", permission: "developers:manage", input: apiKeyRef, onError: refused },
  async (call, { id }) => {
    await revokeApiKey(database(), call, id);
    revalidatePath("/developers");
    return { kind: "done" };
  },
);

/** Ends the secret from before a rotation. */
export const endOldSecret = action<typeof apiKeyRef, Done | Refused>(
  { name: "end_old_api_secret", permission: "developers:manage", input: apiKeyRef, onError: refused },
  async (call, { id }) => {
    await endPreviousSecret(database(), call, id);
    revalidatePath("/developers");
    return { kind: "done" };
  },
);
