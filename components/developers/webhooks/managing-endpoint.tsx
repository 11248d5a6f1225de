"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import type { NewSecret } from "../answers";
import { Outcome } from "../outcome";
import { ShownSecret } from "../shown-secret";
import { DeleteEndpointDialog } from "./delete-endpoint-dialog";
import { ReplayDialog } from "./replay-dialog";
import type { EndpointActions } from "./webhook-answers";

type Desk = Readonly<{ retry: (deliveryId: string) => void /** What is being done. */; doing: string | null }>;

const DeskContext = createContext<Desk>({ retry: () => {}, doing: null });

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
  const { run, refusal, clear } = useSecurityAction();
  const [doing, setDoing] = useState<string | null>(null);

  function ask(what: "delete" | "replay") {
    clear();
    setNotice(null);
    setAsking(what);
  }

  /** One thing at a time; `name` is whose button turns meanwhile. */
  async function act<T extends { kind: string }>(name: string, work: () => Promise<T>) {
    if (doing !== null) return null;
    setNotice(null);
    setDoing(name);
    const answer = await run(work);
    setDoing(null);
    return answer;
  }

  async function enable() {
    if ((await act("enable", () => actions.onEnable({ id }))) === null) return;
    setNotice("Enabled. What was pending is on its way.");
  }

  async function rotate() {
    const answer = await act("rotate", () => actions.onRotate({ id }));
    if (answer !== null) setShown(answer);
  }

  async function retry(deliveryId: string) {
    const answer = await act(deliveryId, () => actions.onRetry({ id: deliveryId }));
    if (answer !== null) setNotice("It is being sent now.");
  }

  return (
    <DeskContext value={{ retry, doing }}>
      <Outcome notice={notice} refusal={refusal} />
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
        <EndpointButtons enabled={enabled} doing={doing} onAsk={ask} onEnable={enable} onRotate={rotate} />
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

type ButtonsProps = {
  enabled: boolean;
  doing: string | null;
  onAsk: (what: "delete" | "replay") => void;
  onEnable: () => void;
  onRotate: () => void;
};

function EndpointButtons({ enabled, doing, onAsk, onEnable, onRotate }: ButtonsProps) {
  return (
    <div className="flex flex-wrap gap-2">
      {enabled ? (
        <Button type="button" variant="outline" size="sm" onClick={() => onAsk("replay")}>
          Replay events
        </Button>
      ) : (
        <ActionButton size="sm" pending={doing === "enable"} onClick={onEnable}>
          Enable
        </ActionButton>
      )}
      <ActionButton variant="outline" size="sm" pending={doing === "rotate"} onClick={onRotate}>
        Rotate secret
      </ActionButton>
      <Button type="button" variant="outline" size="sm" onClick={() => onAsk("delete")}>
        Delete endpoint
      </Button>
    </div>
  );
}

/** One delivery's button. `describedBy` names the cell that says which delivery it is. */
export function RetryButton({ id, again, describedBy }: { id: string; again: boolean; describedBy: string }) {
  const { retry, doing } = useContext(DeskContext);
  return (
    <ActionButton
      variant="outline"
      size="sm"
      className="bg-card"
      pending={doing === id}
      aria-describedby={describedBy}
      onClick={() => retry(id)}
    >
      {again ? "Send again" : "Retry"}
    </ActionButton>
  );
}
