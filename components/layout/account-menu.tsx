"use client";

import { lazy, Suspense, useState } from "react";
import { AccountTrigger } from "./account-trigger";

const loadContent = () => import("./account-menu-content");
const AccountMenuContent = lazy(loadContent);

/**
 * Button "Account". The menu itself (Radix, next-auth, theme choice) is fetched when the pointer or the focus comes
 * near, because no page needs it to be read.
 */
export function AccountMenu({ email, role }: { email: string; role: string }) {
  const [wanted, setWanted] = useState(false);
  const trigger = (
    <AccountTrigger
      email={email}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={loadContent}
      onFocus={loadContent}
      onClick={() => setWanted(true)}
    />
  );
  if (!wanted) return trigger;
  return (
    <Suspense fallback={trigger}>
      <AccountMenuContent email={email} role={role} />
    </Suspense>
  );
}
