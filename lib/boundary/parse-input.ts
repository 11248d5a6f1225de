import type { z } from "zod";
import { type FieldError, validationError } from "@/lib/errors/app-error";
import { ERROR_CODES, type ErrorCode } from "@/lib/errors/error-codes";

/**
 * Parses with a schema; throws 422 with one entry a field. A schema names its own code by `params: { code }` on a custom
 * issue; all else becomes `field_missing`, `field_unknown` or `field_invalid`.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  // The input tells a missing field from one of the wrong type; it goes no further.
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const [first, ...rest] = result.error.issues.flatMap(toFieldErrors);
  throw validationError([first ?? { pointer: "", code: "field_invalid", detail: "The input is not valid." }, ...rest]);
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      code: "field_unknown",
      detail: "This field is not known here. Remove it.",
    }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.flatMap((inner) => toFieldErrors({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const pointer = pointerTo(issue.path);
  if (issue.code === "custom") return [{ pointer, code: customCode(issue), detail: issue.message }];
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  return [
    {
      pointer,
      code: missing ? "field_missing" : "field_invalid",
      detail: missing ? "This field is needed." : issue.message,
    },
  ];
}

function customCode(issue: z.core.$ZodIssueCustom): ErrorCode {
  const code: unknown = issue.params?.code;
  return typeof code === "string" && code in ERROR_CODES ? (code as ErrorCode) : "field_invalid";
}

/** More digits than this in a name may be a card number's. */
const MOST_DIGITS = 6;

/** RFC 6901. Names come from the input: they are cut, and a card number may have been sent as one. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path
    .map((part) => {
      const name = String(part).slice(0, 64);
      const digits = name.match(/\p{Nd}/gu)?.length ?? 0;
      const shown = digits > MOST_DIGITS ? name.replace(/\p{Nd}+/gu, "…") : name;
      return `/${shown.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    })
    .join("");
}
