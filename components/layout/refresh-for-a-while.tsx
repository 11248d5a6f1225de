"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const EVERY_MS = 2_000;
const TIMES = 30;

/**
 * Asks for the page again every two seconds while somebody looks at it, for a minute at most: each look counts as use of the
 * session, and a page that is left open must not keep one alive.
 */
export function RefreshForAWhile() {
  const router = useRouter();
  useEffect(() => {
    let left = TIMES;
    const timer = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      left -= 1;
      router.refresh();
      if (left === 0) clearInterval(timer);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
