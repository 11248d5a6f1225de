import type { ReactNode } from "react";
import { AppShell } from "@/components/layout/app-shell";
import { orUnavailable } from "@/lib/boundary/or-unavailable";
import { requireSession } from "@/lib/boundary/require-session";
import { navigationFor } from "./navigation";
import { StepUp } from "./step-up/step-up";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const { user, merchant } = await orUnavailable(requireSession);
  return (
    <AppShell
      navigation={navigationFor(user.role)}
      merchantName={merchant.name}
      testMode
      account={{ email: user.email, role: user.role }}
    >
      <StepUp>{children}</StepUp>
    </AppShell>
  );
}
