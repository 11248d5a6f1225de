"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { BegunPasskey } from "@/components/passkeys/passkeys-section";
import type { Changed, Refused } from "@/components/security/answers";
import { stepUpAction } from "@/lib/boundary/action";
import { changeOwnFactors } from "@/lib/boundary/change-own-factors";
import { env } from "@/lib/env";
import { parseId } from "@/lib/ids/id";
import type { EnrolPasskeyOutcome } from "@/lib/passkeys/enrol-passkey";
import {
  beginOwnPasskey,
  finishOwnPasskey,
  NO_SUCH_PASSKEY,
  removeOwnPasskey,
  renameOwnPasskey,
  TOO_MANY_PASSKEYS,
} from "@/lib/passkeys/own-passkeys";
import { passkeyName } from "@/lib/passkeys/passkey-name";
import { refused } from "./refusals";

const nothing = z.undefined();

/** Asks for a new passkey, once the person has proved that they are there. */
export const startPasskey = stepUpAction<typeof nothing, BegunPasskey | Refused>(
  { name: "start_passkey", permission: "security:own", input: nothing, onError: refused },
  (call) =>
    changeOwnFactors<BegunPasskey | Refused>(call, async (tx) => {
      const options = await beginOwnPasskey(tx, env().APP_URL, call.session);
      return { answer: { kind: "begun", options }, told: null };
    }),
);

/** An empty name is one of ours. The answer is looked at with its challenge, so that what is wrong with it is recorded. */
const made = z.strictObject({ name: z.union([z.literal("").transform(() => null), passkeyName]), answer: z.unknown() });

/** Keeps what the authenticator made. */
export const finishPasskey = stepUpAction<typeof made, Changed | Refused>(
  { name: "finish_passkey", permission: "security:own", input: made, onError: refused },
  (call, { name, answer }) =>
    changeOwnFactors<Changed | Refused>(call, async (tx) => {
      const deps = { context: call.context, appUrl: env().APP_URL };
      const outcome = await finishOwnPasskey(tx, deps, call.session, { name, answer });
      if (outcome.kind !== "enrolled") return { answer: refused(NOT_ADDED[outcome.kind]), told: null };
      return { answer: { kind: "changed", notice: `Passkey “${outcome.name}” added.` }, told: "passkey_added" };
    }),
);

const NOT_ADDED: Readonly<Record<Exclude<EnrolPasskeyOutcome["kind"], "enrolled">, string>> = {
  gone: "That took too long, or was used already. Add the passkey again.",
  refused: "That passkey was not accepted. Try again, or use another device or key.",
  known: "That passkey is in use for an account already. Use another device or key.",
  too_many: TOO_MANY_PASSKEYS,
};

/** An id that is none never was. */
const id = z.string().transform((text, issues) => {
  const parsed = parseId("psk", text);
  if (parsed !== null) return parsed;
  issues.addIssue({ code: "custom", message: NO_SUCH_PASSKEY });
  return z.NEVER;
});

const renaming = z.strictObject({ id, name: passkeyName });

export const renamePasskey = stepUpAction<typeof renaming, Changed | Refused>(
  { name: "rename_passkey", permission: "security:own", input: renaming, onError: refused },
  async (call, input) => {
    await changeOwnFactors(call, async (tx) => ({
      answer: await renameOwnPasskey(tx, call.session, input),
      told: null,
    }));
    revalidatePath("/security");
    return { kind: "changed", notice: `Passkey renamed to “${input.name}”.` };
  },
);

const removing = z.strictObject({ id });

export const dropPasskey = stepUpAction<typeof removing, Changed | Refused>(
  { name: "drop_passkey", permission: "security:own", input: removing, onError: refused },
  (call, input) =>
    changeOwnFactors<Changed | Refused>(call, async (tx) => {
      const name = await removeOwnPasskey(tx, call.session, input.id);
      return { answer: { kind: "changed", notice: `Passkey “${name}” removed.` }, told: "passkey_removed" };
    }),
);
