"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Refused } from "@/components/security/answers";
import { stepUpAction } from "@/lib/boundary/action";
import { parseId } from "@/lib/ids/id";
import { resetProcessMember } from "@/lib/members/members";
import { refused } from "./refusals";

const input = z.strictObject({ userId: z.string().max(100) });

/** Takes a member's factors away and mails them the way back. Asks for a proof first, for exactly this member. */
export const resetMember = stepUpAction<typeof input, { kind: "done" } | Refused>(
  { name: "reset_member_factors", permission: "team:manage", input, onError: refused },
  async (call, { userId }) => {
    const member = parseId("usr", userId);
    if (member === null) return refused("There is no such person in your team. Reload the page.");
    await resetProcessMember(call, member);
    revalidatePath("/security");
    return { kind: "done" };
  },
);
