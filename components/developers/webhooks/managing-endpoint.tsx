"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import { ChangeNotice } from "@/components/security/change-notice";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import type { NewSecret } from "../answers";
import { ShownSecret } from "../shown-secret";
import { DeleteEndpointDialog } from "./delete-endpoint-dialog";
import { ReplayDialog } from "./replay-dialog";
import type { EndpointActions } from "./webhook-answers";

type Desk = Readonly<{ retry: (deliveryId: string, told: string) => void; pending: boolean }>;

const DeskContext = createContext<Desk>({ retry: () => {}, pending: false });

type Props = {
  endpoint: Readonly<{ id: string; url: string; enabled: boolean }>;
  timeZone: string;
  actions: EndpointActions;
  onDeleted: () => void;
  /** What is known of it, below the buttons. */
  about: ReactNode;
  children: ReactNode;
};

/** The buttons of one endpoint, what came of them, and the list of what was sent there. */
export function ManagingEndpoint({ endpoint, timeZone, actions, onDeleted, about, children }: Props) {
  const { id, enabled } = endpoint;
  const [asking, setAsking] = useState<"delete" | "replay" | null>(null);
  const [shown, setShown] = useState<NewSecret | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const { run, pending, refusal, clear } = useSecurityAction();

  function ask(what: "delete" | "replay") {
    clear();
    setNotice(null);
    setAsking(what);
  }

  async function act<T extends { kind: string }>(work: () => Promise<T>, told: string) {
    setNotice(null);
    if ((await run(work)) !== null) setNotice(told);
  }

  async function rotate() {
    setNotice(null);
    const answer = await run(() => actions.onRotate({ id }));
    if (answer !== null) setShown(answer);
  }

  return (
    <DeskContext
      value={{
        retry: (deliveryId, told) => act(() => actions.onRetry({ id: deliveryId }), told),
        pending,
      }}
    >
      {notice !== null && (
        <div className="mb-4">
          <ChangeNotice notice={notice} />
        </div>
      )}
      {refusal !== null && (
        <div className="mb-4">
          <FormError message={refusal.message} attempt={refusal} />
        </div>
      )}
      {shown !== null && (
        <ShownSecret
          title="The new secret of this endpoint"
          about="For 24 hours webhooks are signed with the old one too: a receiver that knows either takes them."
          values={[{ label: "Secret", value: shown.secret }]}
          onDone={() => {
            setShown(null);
            setNotice("The new secret is in force.");
          }}
        />
      )}
      <div className="mb-6 space-y-4 rounded-lg border bg-card p-5">
        {about}
        <div className="flex flex-wrap gap-2">
          {enabled ? (
            <Button type="button" variant="outline" size="sm" onClick={() => ask("replay")}>
              Replay events
            </Button>
          ) : (
            <ActionButton
              size="sm"
              pending={pending}
              onClick={() => act(() => actions.onEnable({ id }), "Enabled. What was pending is on its way.")}
            >
              Enable
            </ActionButton>
          )}
          <ActionButton variant="outline" size="sm" pending={pending} onClick={rotate}>
            Rotate secret
          </ActionButton>
          <Button type="button" variant="outline" size="sm" onClick={() => ask("delete")}>
            Delete endpoint
          </Button>
        </div>
      </div>
      {children}
      {asking === "replay" && (
        <ReplayDialog
          id={id}
          timeZone={timeZone}
          onReplay={actions.onReplay}
          onReplayed={(told) => {
            setAsking(null);
            setNotice(told);
          }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "delete" && (
        <DeleteEndpointDialog
          endpoint={endpoint}
          onDelete={actions.onDelete}
          onDeleted={onDeleted}
          onClose={() => setAsking(null)}
        />
      )}
    </DeskContext>
  );
}

/** One delivery's button. `describedBy` names the cell that says which delivery it is. */
export function RetryButton({ id, again, describedBy }: { id: string; again: boolean; describedBy: string }) {
  const { retry, pending } = useContext(DeskContext);
  return (
    <ActionButton
      variant="outline"
      size="sm"
      className="bg-card"
      pending={pending}
      aria-describedby={describedBy}
      onClick={() => retry(id, "It is being sent now.")}
    >
      {again ? "Send again" : "Retry"}
    </ActionButton>
  );
}
