"use client";

import type { ComponentProps } from "react";
import { SetupForm } from "@/components/setup/setup-form";
import { beginFirstRun } from "./actions";

type Props = Omit<ComponentProps<typeof SetupForm>, "action">;

export function Begin(props: Props) {
  return <SetupForm {...props} action={beginFirstRun} />;
}
