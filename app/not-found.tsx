import type { Metadata } from "next";
import Link from "next/link";
import { BarePage } from "@/components/layout/bare-page";
import { ErrorState } from "@/components/layout/error-state";
import { Button } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <BarePage>
      <ErrorState
        code="404"
        title="There is nothing at this address"
        action={
          <>
            <Button asChild>
              <Link href="/transactions">Go to transactions</Link>
            </Button>
            <Button asChild variant="outline">
              <Link href="/">Go home</Link>
            </Button>
          </>
        }
      >
        The link may be mistyped, or what it names may belong to another merchant. Search transactions by id or
        reference.
      </ErrorState>
    </BarePage>
  );
}
