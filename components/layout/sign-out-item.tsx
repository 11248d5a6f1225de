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
      await signOut({ redirect: false });
      if (await isSignedIn()) throw new Error("the session is still there");
      // A full load: nothing that was fetched under the session may be shown.
      window.location.assign("/login");
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

/** next-auth takes a failed sign-out for a done one; so the server is asked. Rejects when it does not answer. */
async function isSignedIn(): Promise<boolean> {
  const response = await fetch("/api/auth/session", { cache: "no-store" });
  if (!response.ok) throw new Error(`the session endpoint answered ${response.status}`);
  return "user" in ((await response.json()) ?? {});
}
