/** Something the person at the terminal can put right: what is wrong, and what to do about it. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    message: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The lines to print for any failure: a problem has its remedy, anything else is a defect and keeps its stack. */
export function describeFailure(error: unknown): string {
  const known = error instanceof Problem ? error : diskFull(error);
  if (known !== null) return `✗ ${known.message}\n  ${known.remedy.replaceAll("\n", "\n  ")}`;
  return `✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Any write may be the one that finds the disk full; the database only says so in its log. */
function diskFull(error: unknown): Problem | null {
  const text = error instanceof Error ? `${codeOf(error)} ${error.message}` : String(error);
  if (!/ENOSPC|no space left on device/i.test(text)) return null;
  return new Problem("The disk is full.", "Free some space (500 MB will do), then run the same command again.", {
    cause: error,
  });
}

/** The `code` of a system error ("ENOENT", "EADDRINUSE"), or "". */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
