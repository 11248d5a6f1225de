import { Plus } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";

/** Leads to the virtual terminal. */
export function NewPaymentButton() {
  return (
    <Button asChild>
      <Link href="/payments/new" prefetch={false}>
        <Plus aria-hidden="true" />
        New payment
      </Link>
    </Button>
  );
}
