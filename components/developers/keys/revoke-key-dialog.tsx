"use client";

import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { ActOnOne } from "../answers";
import type { AskedKey } from "./managing-keys";

type Props = { target: AskedKey; onRevoke: ActOnOne; onRevoked: () => void; onClose: () => void };

export function RevokeKeyDialog({ target, onRevoke, onRevoked, onClose }: Props) {
  const { run, pending, refusal } = useSecurityAction();

  async function revoke() {
    if ((await run(() => onRevoke({ id: target.id }))) !== null) onRevoked();
  }

  return (
    <Dialog
      title="Revoke this key?"
      description={`“${target.name}”. This cannot be undone: whatever still uses it is refused from now on.`}
      onClose={onClose}
    >
      {(close) => (
        <div className="space-y-4 px-6 pt-4 pb-6">
          {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
          <div className="flex flex-col gap-2">
            <ActionButton variant="destructive" size="lg" pending={pending} onClick={revoke}>
              Revoke key
            </ActionButton>
            <Button type="button" variant="ghost" size="lg" onClick={close}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
