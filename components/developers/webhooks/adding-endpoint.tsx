"use client";

import { Webhook } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ChangeNotice } from "@/components/security/change-notice";
import { Button } from "@/components/ui/button";
import type { NewSecret } from "../answers";
import { GuideLink } from "../guide-link";
import { ShownSecret } from "../shown-secret";
import { AddEndpointForm } from "./add-endpoint-form";
import type { AddEndpoint } from "./webhook-answers";

type Props = { types: readonly string[]; onAdd: AddEndpoint; children: ReactNode };

/** "Add endpoint", what came of it, and the list of them. */
export function AddingEndpoint({ types, onAdd, children }: Props) {
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<NewSecret | null>(null);
  const [kept, setKept] = useState(false);

  function begin() {
    setKept(false);
    setShown(null);
    setAdding(true);
  }

  return (
    <>
      {!adding && (
        <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <p className="max-w-prose text-sm text-muted-foreground">
            Your server is told of what happens: signed, at least once, and again for a day and a half while it does not
            answer. <GuideLink href="/docs/webhooks">How to receive webhooks</GuideLink>
          </p>
          <Button type="button" onClick={begin}>
            <Webhook aria-hidden="true" />
            Add endpoint
          </Button>
        </div>
      )}
      {kept && (
        <div className="mb-4">
          <ChangeNotice notice="The endpoint is told of what happens from now on." />
        </div>
      )}
      {shown !== null && (
        <ShownSecret
          title="Your new webhook endpoint"
          about="Your server checks with it that a webhook is from here."
          values={[
            { label: "Endpoint ID", value: shown.id },
            { label: "Secret", value: shown.secret },
          ]}
          onDone={() => {
            setShown(null);
            setKept(true);
          }}
        />
      )}
      {adding && (
        <AddEndpointForm
          types={types}
          onAdd={onAdd}
          onAdded={(secret) => {
            setAdding(false);
            setShown(secret);
          }}
          onCancel={() => setAdding(false)}
        />
      )}
      {children}
    </>
  );
}
