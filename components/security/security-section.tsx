import type { ReactNode } from "react";
import { Section } from "@/components/layout/section";
import { SectionState } from "./section-state";

type Props = {
  title: string;
  /** What it is and what it is good for. */
  about: ReactNode;
  state?: { on: boolean; label: string };
  children?: ReactNode;
};

/** One way to sign in: what it is, whether it is on, and what can be done about it. */
export function SecuritySection({ title, about, state, children }: Props) {
  return (
    <Section title={title} actions={state && <SectionState on={state.on}>{state.label}</SectionState>}>
      <div className="space-y-4 px-5 py-4">
        <p className="max-w-prose text-sm text-muted-foreground">{about}</p>
        {children}
      </div>
    </Section>
  );
}
