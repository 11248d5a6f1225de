"use client";

import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { ActOnOne } from "../answers";

type Props = {
  endpoint: Readonly<{ id: string; url: string }>;
  onDelete: ActOnOne;
  onDeleted: () => void;
  onClose: () => void;
};

export function DeleteEndpointDialog({ endpoint, onDelete, onDeleted, onClose }: Props) {
  const { run, pending, refusal } = useSecurityAction();

  async function remove() {
    if ((await run(() => onDelete({ id: endpoint.id }))) !== null) onDeleted();
  }

  return (
    <Dialog
      title="Delete this endpoint?"
      description={
        <>
          <span className="break-all">{endpoint.url}</span>. Nothing more is sent there, also not what is pending. This
          cannot be undone.
        </>
      }
      onClose={onClose}
    >
      {(close) => (
        <div className="space-y-4 px-6 pt-4 pb-6">
          {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
          <div className="flex flex-col gap-2">
            <ActionButton variant="destructive" size="lg" pending={pending} onClick={remove}>
              Delete endpoint
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
