"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import type { Sensitive } from "@/components/security/answers";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

type Props = {
  onErase: () => Promise<Sensitive<{ kind: "done" }>>;
  onErased: () => void;
};

/** Erasing asks twice: what goes and what stays is read here, and then the person proves that it is them. */
export function EraseCustomer({ onErase, onErased }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, refusal, clear } = useSecurityAction();

  async function erase() {
    if ((await run(onErase)) !== null) onErased();
  }

  return (
    <>
      <Button
        type="button"
        variant="outline"
        className="bg-card text-danger hover:text-danger"
        onClick={() => {
          clear();
          setOpen(true);
        }}
      >
        <Trash2 aria-hidden="true" />
        Erase customer
      </Button>
      {open && (
        <Dialog
          title="Erase this customer?"
          description="This cannot be undone, by you or by us."
          onClose={() => setOpen(false)}
        >
          {(close) => (
            <div className="space-y-4 px-6 pt-4 pb-6 text-sm">
              {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
              <ul className="list-disc space-y-1.5 pl-5">
                <li>Name, email, phone, tax id and metadata go, with the key that they were sealed under.</li>
                <li>Their cards are deleted. A card with a pending payment loses its number when that is settled.</li>
                <li>Payments stay, with their amounts, and name nobody.</li>
              </ul>
              <div className="flex flex-col gap-2">
                <ActionButton variant="destructive" size="lg" pending={pending} onClick={erase}>
                  Erase for good
                </ActionButton>
                <Button type="button" variant="ghost" size="lg" onClick={close}>
                  Cancel
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      )}
    </>
  );
}
