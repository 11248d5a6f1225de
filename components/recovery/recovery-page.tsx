"use client";

import { type ReactNode, useEffect, useState } from "react";
import { type RecoveryLink, readFragment } from "./fragment";

type Props = {
  /** Without a link: asks for one. */
  request: ReactNode;
  /** With one: what it is for. */
  withLink: (link: RecoveryLink) => ReactNode;
};

/**
 * Which of the page's forms there is to fill in. The token of a link stands in the fragment, which no server sees; it is
 * taken out of the address at once, so that it is in no history, no bookmark and no screenshot. Only a button sends it.
 */
export function RecoveryPage({ request, withLink }: Props) {
  const [link, setLink] = useState<RecoveryLink | null | "unread">("unread");

  useEffect(() => {
    function read() {
      const found = readFragment(window.location.hash);
      if (found !== null) window.history.replaceState(null, "", window.location.pathname);
      // In development effects run twice, and the second time the token is out of the address already.
      setLink((before) => found ?? (before === "unread" ? null : before));
    }
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);

  // As high as the highest form, so that nothing moves when it comes.
  return <div className="min-h-104">{link === "unread" ? null : link === null ? request : withLink(link)}</div>;
}
