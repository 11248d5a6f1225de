import { describe, expect, it } from "vitest";
import { AppError, fieldError, validationError } from "./app-error";
import { ERROR_CODES, type ErrorCode } from "./error-codes";
import { PROBLEM_MEDIA_TYPE, toProblem } from "./problem";

describe("toProblem (RFC 9457)", () => {
  it("has the contract's members in its order, and no others", () => {
    const problem = toProblem(new AppError("not_found", "There is no such payment."), "req_1");
    expect(problem).toEqual({
      type: "/docs/errors#not_found",
      title: "Not found",
      status: 404,
      detail: "There is no such payment.",
      code: "not_found",
      request_id: "req_1",
    });
    expect(Object.keys(problem)).toEqual(["type", "title", "status", "detail", "code", "request_id"]);
    expect(PROBLEM_MEDIA_TYPE).toBe("application/problem+json");
  });

  it("one wrong field lends its code and words to the whole", () => {
    const problem = toProblem(fieldError("/amount", "amount_invalid", "Send a decimal string."), "req_1");
    expect(problem).toMatchObject({
      status: 422,
      code: "amount_invalid",
      detail: "Send a decimal string.",
      errors: [{ pointer: "/amount", code: "amount_invalid", detail: "Send a decimal string." }],
    });
  });

  it("several wrong fields make validation_failed and are all named", () => {
    const fields = [
      { pointer: "/a", code: "field_missing", detail: "a" },
      { pointer: "/b", code: "field_unknown", detail: "b" },
    ] as const;
    expect(toProblem(validationError([...fields]), "req_1")).toMatchObject({
      status: 422,
      code: "validation_failed",
      errors: fields,
    });
  });

  it("keeps a cause to itself, whatever it says", () => {
    const cause = new Error("select secret from api_keys where number = 4242424242424242");
    const error = new AppError("internal_error", "Something went wrong on our side.", { cause });
    expect(JSON.stringify(toProblem(error, "req_1"))).not.toMatch(/secret|4242/);
    expect(error.cause).toBe(cause);
  });

  it("names errors on 422 only", () => {
    const error = new AppError("permission_denied", "No.", {
      fields: [{ pointer: "/x", code: "field_invalid", detail: "x" }],
    });
    expect(toProblem(error, "req_1")).not.toHaveProperty("errors");
  });
});

describe("ERROR_CODES", () => {
  /** The codes that the contract names, with the status it gives them. */
  const CONTRACT: Readonly<Partial<Record<ErrorCode, number>>> = {
    malformed_body: 400,
    idempotency_key_missing: 400,
    idempotency_key_invalid: 400,
    signature_missing: 401,
    signature_malformed: 401,
    api_key_invalid: 401,
    timestamp_out_of_range: 401,
    signature_invalid: 401,
    nonce_replayed: 401,
    permission_denied: 403,
    money_out_frozen: 403,
    invalid_state: 409,
    reference_taken: 409,
    webhook_endpoints_full: 409,
    idempotency_key_in_use: 409,
    validation_failed: 422,
    idempotency_key_reused: 422,
    amount_invalid: 422,
    amount_precision: 422,
    amount_exceeds_refundable: 422,
    currency_unsupported: 422,
    card_not_found: 422,
    card_number_invalid: 422,
    card_number_in_text: 422,
    card_expired: 422,
    cvc_invalid: 422,
    webhook_url_refused: 422,
    rate_limited: 429,
  };

  it("give each code of the contract its status", () => {
    for (const [code, status] of Object.entries(CONTRACT)) {
      expect([code, ERROR_CODES[code as ErrorCode][0]]).toEqual([code, status]);
    }
  });

  it("are snake_case with a title that is a sentence's start, and an error status", () => {
    for (const [code, [status, title]] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z][A-Za-z0-9 -]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThanOrEqual(503);
    }
  });
});
