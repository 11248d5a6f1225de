import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";

/** The one button of the account menu, before and after the menu's code has arrived: it must not move. */
export function AccountTrigger({ email, ...props }: ComponentProps<"button"> & { email: string }) {
  return (
    <button
      type="button"
      className="flex h-9 items-center gap-2 rounded-md px-1.5 text-sm font-medium hover:bg-accent data-[state=open]:bg-accent"
      {...props}
    >
      <span
        aria-hidden="true"
        className="grid size-7 place-items-center rounded-full bg-primary text-xs font-semibold text-primary-foreground uppercase"
      >
        {email.slice(0, 1)}
      </span>
      <span className="max-sm:sr-only">Account</span>
      <ChevronDown aria-hidden="true" className="size-4 text-muted-foreground max-sm:hidden" />
    </button>
  );
}
