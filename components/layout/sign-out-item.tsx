"use client";

import { LogOut } from "lucide-react";
import { signOut } from "next-auth/react";
import { useState } from "react";
import { DropdownMenuItem } from "@/components/ui/dropdown-menu";

export function SignOutItem() {
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState(false);

  async function leave() {
    setPending(true);
    setFailed(false);
    try {
      await signOut({ callbackUrl: "/login" });
    } catch {
      setPending(false);
      setFailed(true);
    }
  }

  return (
    <DropdownMenuItem
      disabled={pending}
      onSelect={(event) => {
        // The menu stays until the page has changed, so that the progress, or the failure, can be seen.
        event.preventDefault();
        void leave();
      }}
    >
      <LogOut aria-hidden="true" />
      {pending ? "Signing out…" : failed ? "Sign out failed. Try again" : "Sign out"}
    </DropdownMenuItem>
  );
}
