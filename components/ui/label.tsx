import type * as React from "react";

import { cn } from "./cn";

// A plain label: the generated one loads a client module only to stop text selection on double click.
function Label({ className, htmlFor, children, ...props }: React.ComponentProps<"label"> & { htmlFor: string }) {
  return (
    <label
      data-slot="label"
      htmlFor={htmlFor}
      className={cn("flex items-center gap-2 text-sm leading-none font-medium select-none", className)}
      {...props}
    >
      {children}
    </label>
  );
}

export { Label };
