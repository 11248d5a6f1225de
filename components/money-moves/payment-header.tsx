"use client";

import { Ban, CircleCheck, Clock, HandCoins, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { PageHeader } from "@/components/layout/page-header";
import { Button } from "@/components/ui/button";
import type { MoneyMoved, MoneyMoves, MoveName, SendMove } from "./money-answers";
import { MoneyDialog } from "./money-dialog";

type Props = {
  eyebrow: ReactNode;
  title: ReactNode;
  description: ReactNode;
  /** What may be done now, by whoever looks; each has a button. */
  moves: MoneyMoves;
  send: SendMove;
  /** Which card it is about: "the card ending in 4242". */
  card: string;
};

/** The head of a payment's page, with what may be done to it, and then what was done. */
export function PaymentHeader({ eyebrow, title, description, moves, send, card }: Props) {
  const [open, setOpen] = useState<MoveName | null>(null);
  const [moved, setMoved] = useState<MoneyMoved | null>(null);
  const { capture, void: letGo, refund } = moves;

  const ask = (what: MoveName) => () => {
    setMoved(null);
    setOpen(what);
  };
  const dialog = {
    onClose: () => setOpen(null),
    onMoved: (answer: MoneyMoved) => {
      setOpen(null);
      setMoved(answer);
    },
  };
  return (
    <>
      <PageHeader
        eyebrow={eyebrow}
        title={title}
        description={description}
        actions={
          <>
            {letGo && (
              <Button type="button" variant="outline" className="bg-card" onClick={ask("void")}>
                <Ban aria-hidden="true" />
                Void
              </Button>
            )}
            {capture && (
              <Button type="button" onClick={ask("capture")}>
                <HandCoins aria-hidden="true" />
                Capture
              </Button>
            )}
            {refund && (
              <Button type="button" variant="outline" className="bg-card" onClick={ask("refund")}>
                <Undo2 aria-hidden="true" />
                Refund
              </Button>
            )}
          </>
        }
      />
      {moved !== null && <MovedNotice moved={moved} />}
      {open === "capture" && capture && (
        <MoneyDialog
          title="Capture payment"
          description={`Takes what is held on ${card}. What is not captured is let go.`}
          confirm="Confirm capture"
          working="Capturing…"
          move={capture}
          send={(input) => send("capture", input)}
          amountHint={`${capture.left.text} is held.`}
          {...dialog}
        />
      )}
      {open === "void" && letGo && (
        <MoneyDialog
          title="Void payment"
          description={`Lets go of ${letGo.left.text} held on ${card}. The customer is not charged. This cannot be undone.`}
          confirm="Confirm void"
          working="Voiding…"
          move={letGo}
          send={(input) => send("void", input)}
          {...dialog}
        />
      )}
      {open === "refund" && refund && (
        <MoneyDialog
          title="Refund payment"
          description={
            <>
              Gives money back to {card}. This cannot be undone.{" "}
              {refund.proof !== null && <span className="font-medium text-foreground">{refund.proof}</span>}
            </>
          }
          confirm="Confirm refund"
          working="Refunding…"
          move={refund}
          send={(input) => send("refund", input)}
          amountHint={`Up to ${refund.left.text} is left.`}
          reasonHint="Optional, for your records."
          {...dialog}
        />
      )}
    </>
  );
}

/** It takes the focus, because the button that was pressed may be gone. */
function MovedNotice({ moved }: { moved: MoneyMoved }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each notice is met anew
  useEffect(() => box.current?.focus(), [moved]);
  const Icon = moved.pending ? Clock : CircleCheck;
  return (
    <div
      ref={box}
      role="status"
      tabIndex={-1}
      className={`mb-4 flex items-start gap-2.5 rounded-md border px-3.5 py-2.5 text-sm ${
        moved.pending
          ? "border-warning/25 bg-warning-soft text-warning"
          : "border-success/25 bg-success-soft text-success"
      }`}
    >
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <p>{moved.notice}</p>
    </div>
  );
}
