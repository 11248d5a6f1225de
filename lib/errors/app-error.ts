import { ERROR_CODES, type ErrorCode } from "./error-codes";

/** One thing wrong with one field; `pointer` is a JSON pointer (RFC 6901) such as `/amount`. */
export type FieldError = Readonly<{ pointer: string; code: ErrorCode; detail: string }>;

type Options = Readonly<{
  fields?: readonly FieldError[];
  /** Seconds until another try makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Further members of the problem (RFC 9457, 3.2), fit to be shown to whoever sent the request. */
  members?: Readonly<Record<string, unknown>>;
  /** Logged, never shown. */
  cause?: unknown;
}>;

/**
 * A refusal with a public face: `message` is written for whoever sent the request and holds nothing of the
 * system or of the input. What really happened goes into `cause`, which is only logged (ASVS 16.5.1).
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | null;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: string, options: Options = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.members = options.members ?? {};
  }

  get status(): number {
    return ERROR_CODES[this.code][0];
  }

  get title(): string {
    return ERROR_CODES[this.code][1];
  }
}

/** The 422 of a request whose fields are wrong: one error lends its code to the whole, several make `validation_failed`. */
export function validationError(fields: readonly [FieldError, ...FieldError[]]): AppError {
  const [first, ...rest] = fields;
  const code = rest.length === 0 ? first.code : "validation_failed";
  const detail = rest.length === 0 ? first.detail : "Several fields are wrong; see errors.";
  return new AppError(code, detail, { fields });
}

export function fieldError(pointer: string, code: ErrorCode, detail: string): AppError {
  return validationError([{ pointer, code, detail }]);
}
