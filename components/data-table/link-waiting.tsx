"use client";

import { LoaderCircle } from "lucide-react";
import { useLinkStatus } from "next/link";
import type { ReactNode } from "react";

/** The icon of the link that it stands in, which turns while the page behind it is on its way. */
export function LinkWaiting({ children }: { children: ReactNode }) {
  const { pending } = useLinkStatus();
  return pending ? <LoaderCircle aria-hidden="true" className="size-4 animate-spin" /> : children;
}
