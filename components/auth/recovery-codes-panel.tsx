"use client";

import { Copy, Download, Printer } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";

type Props = {
  codes: readonly string[];
  /** Whose they are, for the file. */
  account: string;
};

/** Recovery codes, at the one moment when they can be seen: to copy, to keep as a file, to print. */
export function RecoveryCodesPanel({ codes, account }: Props) {
  const [said, setSaid] = useState("");
  const text = `Countinghouse recovery codes of ${account}. Each works once.\n\n${codes.join("\n")}\n`;

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied.");
    } catch {
      setSaid("The browser does not let us copy. Download them instead.");
    }
  }

  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = "countinghouse-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
    setSaid("Downloaded. Keep the file where only you can read it.");
  }

  return (
    <div className="space-y-4">
      <ol
        aria-label="Recovery codes"
        className="grid grid-cols-1 gap-x-6 gap-y-1.5 rounded-md border bg-card p-4 font-mono text-sm min-[400px]:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-2 print:hidden">
        <Button type="button" variant="outline" onClick={copy}>
          <Copy aria-hidden="true" />
          Copy
        </Button>
        <Button type="button" variant="outline" onClick={download}>
          <Download aria-hidden="true" />
          Download
        </Button>
        <Button type="button" variant="outline" onClick={() => window.print()}>
          <Printer aria-hidden="true" />
          Print
        </Button>
        <p role="status" className="text-sm text-muted-foreground">
          {said}
        </p>
      </div>
    </div>
  );
}
