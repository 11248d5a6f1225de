import type { Problem } from "./types.ts";

/** The API refused a call. Program against `code`; https://…/docs/errors explains each. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  /** Names the call on our side: tell it when you ask about it. */
  readonly requestId: string;
  /** Each field that is wrong, by its JSON pointer. */
  readonly errors: readonly { pointer: string; code: string; detail: string }[];

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.requestId = problem.request_id ?? "";
    this.errors = problem.errors ?? [];
  }
}

/**
 * No answer came, however often it was tried. A payment may have been taken nevertheless: call again later with the same
 * idempotency key, which is safe, and not with a new one.
 */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** A webhook that is not ours, or too old. Answer it with 401 and do nothing else. */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
}
