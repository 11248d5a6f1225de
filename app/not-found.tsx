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
          <Button asChild>
            <Link href="/">Go home</Link>
          </Button>
        }
      >
        The address may be mistyped, or what was here is gone.
      </ErrorState>
    </BarePage>
  );
}
