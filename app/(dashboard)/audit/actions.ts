"use server";

import { z } from "zod";
import type { ChainCheck } from "@/components/audit/verify-chain";
import { checkMerchantChain } from "@/lib/audit/check-merchant-chain";
import { action } from "@/lib/boundary/action";
import { database } from "@/lib/database";

const input = z.undefined();

/** Reads the merchant's whole chain again and tells whether it holds. */
export const verifyChain = action<typeof input, ChainCheck>(
  {
    name: "verify_chain",
    permission: "audit:read",
    policy: "verify_chain",
    input,
    onError: (message) => ({ kind: "unavailable", message }),
  },
  ({ session, context }) => checkMerchantChain(database(), context, session.merchant.id),
);
