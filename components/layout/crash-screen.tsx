import { UNAVAILABLE_DIGEST } from "@/lib/errors/unavailable-digest";
import { BarePage } from "./bare-page";
import { ErrorState } from "./error-state";

// Error boundaries are part of every page's first load, so this one brings no button component with it.
const BUTTON = "inline-flex h-9 items-center rounded-md px-4 text-sm font-medium";

function digestOf(error: unknown): string | undefined {
  return error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : undefined;
}

export function CrashScreen({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = digestOf(error);
  const passes = digest === UNAVAILABLE_DIGEST;
  return (
    <BarePage>
      <ErrorState
        code={passes ? "503" : "500"}
        title={passes ? "We cannot answer right now" : "This page could not be shown"}
        reference={passes ? undefined : digest}
        action={
          <>
            <button
              type="button"
              onClick={() => retry()}
              className={`${BUTTON} bg-primary text-primary-foreground hover:bg-primary/90`}
            >
              Try again
            </button>
            {/* A full load on purpose: whatever broke the page in memory goes with it. */}
            <a href="/" className={`${BUTTON} border bg-background hover:bg-accent`}>
              Go home
            </a>
          </>
        }
      >
        Nothing was charged, refunded or changed by showing it.{" "}
        {passes
          ? "Try again shortly; if it goes on, tell whoever runs this server."
          : "Try again; if it happens twice, send the reference below to whoever runs this server."}
      </ErrorState>
    </BarePage>
  );
}
