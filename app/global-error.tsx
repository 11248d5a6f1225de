"use client";

import { CrashScreen } from "@/components/layout/crash-screen";
import "./globals.css";

/** Shown when the root layout itself failed, so it brings its own document. */
export default function GlobalErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Countinghouse</title>
        <CrashScreen error={error} retry={retry} />
      </body>
    </html>
  );
}
