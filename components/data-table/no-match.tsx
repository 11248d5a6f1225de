import Link from "next/link";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";

type Props = { title: string; children: ReactNode /** The list without any filter. */; path: string };

/** There are rows, but none that the filters let through. */
export function NoMatch({ title, children, path }: Props) {
  const clear = (
    <Button asChild variant="outline" className="bg-card">
      <Link href={path} prefetch={false}>
        Clear filters
      </Link>
    </Button>
  );
  return (
    <EmptyState title={title} action={clear}>
      {children}
    </EmptyState>
  );
}
