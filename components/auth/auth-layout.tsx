import type { ReactNode } from "react";
import { Logo, LogoMark } from "@/components/layout/logo";
import { LedgerPattern } from "./ledger-pattern";

type Props = { title: string; description?: ReactNode; children: ReactNode; footer?: ReactNode };

/** The screen of everything before the dashboard: one card, and on wide screens the house's front beside it. */
export function AuthLayout({ title, description, children, footer }: Props) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(24rem,5fr)_7fr]">
      <aside className="relative hidden overflow-hidden bg-brand-panel text-brand-panel-foreground lg:flex lg:flex-col lg:justify-between lg:p-12">
        <LedgerPattern />
        <span className="relative inline-flex items-center gap-2.5">
          <LogoMark className="dark" />
          <span className="font-semibold tracking-[-0.015em]">Countinghouse</span>
        </span>
        <div className="relative max-w-lg text-[1.625rem] leading-snug font-medium tracking-[-0.02em]">
          <p>Every payment accounted for.</p>
          <p className="text-balance text-brand-panel-muted">
            Every change carries a name, and is sealed so that nobody can take it back unseen.
          </p>
        </div>
      </aside>
      {/* From the top and not centred: a centred form would jump each time that more of the page arrives. */}
      <main className="flex flex-col items-center px-4 pt-[max(2.5rem,14dvh)] pb-10 sm:px-6">
        <div className="w-full max-w-sm">
          <Logo className="mb-10 lg:hidden" />
          <h1 className="text-2xl font-semibold tracking-[-0.02em]">{title}</h1>
          {description !== undefined && <div className="mt-2 text-sm text-muted-foreground">{description}</div>}
          <div className="mt-8">{children}</div>
          {footer !== undefined && <div className="mt-8 text-sm text-muted-foreground">{footer}</div>}
        </div>
      </main>
    </div>
  );
}
