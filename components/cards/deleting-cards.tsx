"use client";

import { Trash2 } from "lucide-react";
import { createContext, type ReactNode, useContext, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import type { Refused } from "@/components/security/answers";
import { ChangeNotice } from "@/components/security/change-notice";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

/** `name`: "Visa ending in 4242". */
type AskedCard = Readonly<{ id: string; name: string }>;

export type DeleteCard = (cardId: string) => Promise<{ kind: "deleted" } | Refused>;

const AskContext = createContext<(card: AskedCard) => void>(() => {});

/**
 * The question before a card is deleted and the word afterwards, around the list whose rows have the buttons: the row that
 * was acted on is gone by then.
 */
export function DeletingCards({ onDelete, children }: { onDelete: DeleteCard; children: ReactNode }) {
  const [asked, setAsked] = useState<AskedCard | null>(null);
  const [deleted, setDeleted] = useState<AskedCard | null>(null);
  const { run, pending, refusal, clear } = useSecurityAction();

  function ask(card: AskedCard) {
    clear();
    setDeleted(null);
    setAsked(card);
  }

  async function confirm(card: AskedCard) {
    if ((await run(() => onDelete(card.id))) === null) return;
    setAsked(null);
    setDeleted(card);
  }

  return (
    <AskContext value={ask}>
      {deleted !== null && (
        <div className="mb-4">
          <ChangeNotice key={deleted.id} notice={`${deleted.name} deleted. Nothing new is charged to it.`} />
        </div>
      )}
      {children}
      {asked !== null && (
        <Dialog
          title="Delete this card?"
          description={`${asked.name}. This cannot be undone.`}
          onClose={() => setAsked(null)}
        >
          {(close) => (
            <div className="space-y-4 px-6 pt-4 pb-6 text-sm">
              {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
              <ul className="list-disc space-y-1.5 pl-5">
                <li>Its number is shredded, and no new payment is taken with it.</li>
                <li>
                  A payment with it that is still pending goes on: the number is shredded as soon as that is settled.
                </li>
                <li>Payments made with it stay. They can be captured, voided and refunded as before.</li>
              </ul>
              <div className="flex flex-col gap-2">
                <ActionButton variant="destructive" size="lg" pending={pending} onClick={() => confirm(asked)}>
                  Delete card
                </ActionButton>
                <Button type="button" variant="ghost" size="lg" onClick={close}>
                  Cancel
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      )}
    </AskContext>
  );
}

/** One row's button. `describedBy` names the cell that says which card it is. */
export function DeleteCardButton({ card, describedBy }: { card: AskedCard; describedBy: string }) {
  const ask = useContext(AskContext);
  return (
    <Button
      type="button"
      variant="outline"
      size="sm"
      className="bg-card"
      aria-describedby={describedBy}
      onClick={() => ask(card)}
    >
      <Trash2 aria-hidden="true" />
      Delete
    </Button>
  );
}
