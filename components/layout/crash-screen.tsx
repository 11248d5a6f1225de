import { BarePage } from "./bare-page";
import { ErrorState } from "./error-state";

// Error boundaries are part of every page's first load, so this one brings no button component with it.
const BUTTON = "inline-flex h-9 items-center rounded-md px-4 text-sm font-medium";

function digestOf(error: unknown): string | undefined {
  return error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : undefined;
}

export function CrashScreen({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <BarePage>
      <ErrorState
        code="500"
        title="This page could not be shown"
        reference={digestOf(error)}
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
        Nothing was charged, refunded or changed by showing it. Try again; if it happens twice, send the reference below
        to whoever runs this server.
      </ErrorState>
    </BarePage>
  );
}
