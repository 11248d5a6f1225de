import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import type { PaymentStatus } from "@/lib/payments/payment-status";

type Look = { label: string; tone: string; glyph: ReactNode };

const RING = <circle cx="6" cy="6" r="4.75" />;

/** Each state has its own word and its own shape: colour is the third thing that tells them apart (WCAG 1.4.1). */
const LOOKS: Record<PaymentStatus | "succeeded", Look> = {
  pending: {
    label: "Pending",
    tone: "bg-warning-soft text-warning",
    glyph: (
      <>
        <circle cx="6" cy="6" r="4.75" strokeDasharray="2.2 1.53" />
        <path d="M6 3.75V6l1.5 1" />
      </>
    ),
  },
  authorized: {
    label: "Authorized",
    tone: "bg-info-soft text-info",
    glyph: (
      <>
        {RING}
        <circle cx="6" cy="6" r="1.75" fill="currentColor" stroke="none" />
      </>
    ),
  },
  captured: {
    label: "Captured",
    tone: "bg-success-soft text-success",
    glyph: <path d="m1.75 6.5 2.75 2.75L10.25 3" />,
  },
  succeeded: {
    label: "Succeeded",
    tone: "bg-success-soft text-success",
    glyph: <path d="m1.75 6.5 2.75 2.75L10.25 3" />,
  },
  partially_refunded: {
    label: "Partially refunded",
    tone: "bg-secondary text-foreground/80",
    glyph: (
      <>
        {RING}
        <path d="M6 1.25a4.75 4.75 0 0 0 0 9.5Z" fill="currentColor" stroke="none" />
      </>
    ),
  },
  refunded: {
    label: "Refunded",
    tone: "bg-secondary text-foreground/80",
    glyph: <path d="M4 1.5 1.5 4 4 6.5M1.75 4H7.5a2.9 2.9 0 0 1 0 5.8H4" />,
  },
  voided: {
    label: "Voided",
    tone: "bg-secondary text-muted-foreground",
    glyph: (
      <>
        {RING}
        <path d="m2.75 9.25 6.5-6.5" />
      </>
    ),
  },
  failed: { label: "Failed", tone: "bg-danger-soft text-danger", glyph: <path d="m2.5 2.5 7 7m0-7-7 7" /> },
};

export function paymentStatusLabel(status: PaymentStatus): string {
  return LOOKS[status].label;
}

type Props = {
  /** A payment's, or a refund's. */
  status: PaymentStatus | "succeeded";
  className?: string;
};

export function StatusBadge({ status, className }: Props) {
  const { label, tone, glyph } = LOOKS[status];
  return (
    <span
      className={cn(
        "inline-flex h-6 items-center align-middle gap-1.5 rounded-full px-2.5 text-xs font-medium whitespace-nowrap",
        tone,
        className,
      )}
    >
      <svg
        viewBox="0 0 12 12"
        aria-hidden="true"
        className="size-3 shrink-0"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        {glyph}
      </svg>
      {label}
    </span>
  );
}
