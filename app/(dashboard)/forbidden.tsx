import type { Metadata } from "next";
import Link from "next/link";
import { ErrorState } from "@/components/layout/error-state";
import { Button } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not allowed" };

export default function Forbidden() {
  return (
    <ErrorState
      code="403"
      title="Your role may not open this page"
      action={
        <Button asChild>
          <Link href="/">Go home</Link>
        </Button>
      }
    >
      This refusal is in the audit trail. If your work needs the page, ask an owner or admin to change your role in
      Team.
    </ErrorState>
  );
}
