"use client";

import { ThemeProvider as NextThemesProvider } from "next-themes";
import type { ReactNode } from "react";

type Props = {
  /** The Content-Security-Policy nonce of this response, for the script that sets the theme before first paint. */
  nonce: string | undefined;
  children: ReactNode;
};

export function ThemeProvider({ nonce, children }: Props) {
  return (
    <NextThemesProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce === undefined ? {} : { nonce })}
    >
      {children}
    </NextThemesProvider>
  );
}
