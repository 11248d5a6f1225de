import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import { insertEvent } from "@/lib/events/event-store";
import type { CardId } from "@/lib/ids/id";
import { cardResource } from "./card-resource";
import { type CardRecord, type CardScope, deleteCardRow, shredDeletedNumber } from "./card-store";

/**
 * Deletes a card: nothing new is started with it, and its number is shredded, at once or as soon as the last pending payment
 * with it is settled. Throws 404 when there is none.
 */
export async function deleteCard(
  client: DatabaseClient,
  context: AuditContext,
  scope: CardScope,
  id: CardId,
): Promise<void> {
  await transact(client, context, async (tx) => {
    const deleted = await deleteCardRow(tx, scope, id);
    if (!deleted) throw noSuchCard();
    await tellDeleted(tx, scope, deleted);
  });
}

/** Shreds a card that is marked as deleted, and tells of it: without its fingerprint, which goes with the number. */
export async function tellDeleted(tx: Transaction, scope: CardScope, card: CardRecord): Promise<void> {
  await Promise.all([
    shredDeletedNumber(tx, card.id),
    insertEvent(tx, {
      scope,
      type: "card.deleted",
      resourceId: card.id,
      data: { ...cardResource(card), fingerprint: null },
    }),
  ]);
}

export function noSuchCard(): AppError {
  return new AppError("not_found", "There is no such card.");
}
