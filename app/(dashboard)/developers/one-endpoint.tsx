"use client";

import { useRouter } from "next/navigation";
import type { ComponentProps } from "react";
import { ManagingEndpoint } from "@/components/developers/webhooks/managing-endpoint";
import { TAB_HREFS } from "./addresses";
import { enableAgain, removeEndpoint, replayRange, rotateEndpoint, sendAgain } from "./webhook-actions";

const ACTIONS = {
  onRotate: rotateEndpoint,
  onDelete: removeEndpoint,
  onEnable: enableAgain,
  onRetry: sendAgain,
  onReplay: replayRange,
} as const;

/** One endpoint with the actions behind its buttons. Deleted, it leads back to the others. */
export function OneEndpoint(props: Omit<ComponentProps<typeof ManagingEndpoint>, "actions" | "onDeleted">) {
  const router = useRouter();
  return <ManagingEndpoint {...props} actions={ACTIONS} onDeleted={() => router.push(TAB_HREFS.webhooks)} />;
}
