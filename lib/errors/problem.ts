import type { AppError, FieldError } from "./app-error";

/** RFC 9457 problem details, with the members the contract adds. */
export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: readonly FieldError[];
}> &
  Readonly<Record<string, unknown>>;

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** `type` is a relative reference (RFC 9457, 3.1.1) into the public documentation of error codes. */
export function toProblem(error: AppError, requestId: string): Problem {
  return {
    ...error.members,
    type: `/docs/errors#${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.status === 422 && error.fields.length > 0 ? { errors: error.fields } : {}),
  };
}
