import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="inline-flex items-center gap-1 text-muted-foreground hover:text-foreground">
      <ChevronLeft aria-hidden="true" className="size-4" />
      {children}
    </Link>
  );
}
