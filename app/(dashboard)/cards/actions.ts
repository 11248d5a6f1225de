"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Refused } from "@/components/security/answers";
import { action } from "@/lib/boundary/action";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { noSuchCard, deleteCard as shred } from "@/lib/vault/delete-card";

const input = z.strictObject({ cardId: z.string().max(64) });

/** Deletes a card, as `DELETE /cards/{id}` does. */
export const deleteCard = action<typeof input, { kind: "deleted" } | Refused>(
  { name: "delete_card", permission: "cards:delete", input, onError: (message) => ({ kind: "refused", message }) },
  async ({ session, context }, { cardId }) => {
    const id = parseId("tok", cardId);
    if (id === null) throw noSuchCard();
    await shred(database(), context, { merchantId: session.merchant.id, mode: "test" }, id);
    revalidatePath("/", "layout");
    return { kind: "deleted" };
  },
);
