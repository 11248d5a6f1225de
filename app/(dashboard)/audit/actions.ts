"use server";

import { z } from "zod";
import { checkMerchantChain } from "@/lib/audit/check-merchant-chain";
import { action } from "@/lib/boundary/action";
import { database } from "@/lib/database";

export const verifyChain = action(
  {
    name: "verify_chain",
    permission: "audit:read",
    input: z.undefined(),
    onError: (message) => {
      throw new Error(message);
    },
  },
  ({ session, context }) => checkMerchantChain(database(), context, session.merchant.id),
);
