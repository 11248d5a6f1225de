"use server";

import { z } from "zod";
import type { Refused } from "@/components/security/answers";
import type { NewRecoveryCodes } from "@/components/security/recovery-codes-section";
import { newRecoveryCodes } from "@/lib/auth/recovery-codes";
import { stepUpAction } from "@/lib/boundary/action";
import { changeOwnFactors } from "@/lib/boundary/change-own-factors";
import { replaceRecoveryCodes } from "@/lib/factors/replace-recovery-codes";
import { refused } from "./refusals";

const nothing = z.undefined();

/** New codes, shown this once. */
export const makeRecoveryCodes = stepUpAction<typeof nothing, NewRecoveryCodes | Refused>(
  { name: "make_recovery_codes", permission: "security:own", input: nothing, onError: refused },
  (call) =>
    changeOwnFactors<NewRecoveryCodes | Refused>(call, async (tx) => {
      const codes = await replaceRecoveryCodes(tx, call.session, newRecoveryCodes);
      return { answer: { kind: "codes", codes }, told: "recovery_codes_made" };
    }),
);
