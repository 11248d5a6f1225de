"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Changed, Refused } from "@/components/security/answers";
import { stepUpAction } from "@/lib/boundary/action";
import { changeOwnFactors } from "@/lib/boundary/change-own-factors";
import { env } from "@/lib/env";
import type { ErrorCode } from "@/lib/errors/error-codes";
import { changeSignInPolicy } from "@/lib/factors/sign-in-policy";
import { FACTORS, IP_POLICIES } from "@/lib/factors/sign-in-policy-store";
import { keyRing } from "@/lib/keys/key-ring";
import { refused } from "./refusals";

const input = z.strictObject({
  allowedFactors: z.array(z.enum(FACTORS)).max(FACTORS.length).readonly(),
  ipPolicy: z.enum(IP_POLICIES),
});

/** What the rules forbid was not saved, and the page shows what is in force. Of a server that failed neither is known. */
function notSaved(message: string, _input: unknown, code: ErrorCode): Refused {
  if (code !== "validation_failed" && code !== "invalid_state") return refused(message);
  revalidatePath("/security");
  return refused(`${message} Nothing was saved: the policy below is the one in force.`);
}

/** How everybody of the merchant may sign in. */
export const saveSignInPolicy = stepUpAction<typeof input, Changed | Refused>(
  { name: "save_sign_in_policy", permission: "sign-in-policy:manage", input, onError: notSaved },
  async (call, policy) => {
    const desk = { ring: await keyRing(), appUrl: env().APP_URL };
    const saved = await changeOwnFactors<Changed | Refused>(call, async (tx) => {
      await changeSignInPolicy(tx, desk, call.session, policy);
      return { answer: { kind: "changed", notice: "Sign-in policy saved. It holds from now on." }, told: null };
    });
    // What this page offers hangs on it.
    revalidatePath("/security");
    return saved;
  },
);
