import { describe, expect, it } from "vitest";
import { KeyMissingError } from "@/lib/crypto/crypto-errors";
import { AppError } from "@/lib/errors/app-error";
import { mapError } from "./map-error";

/** As postgres.js makes them, behind the query builder's wrapper. */
function databaseError(code: string): Error {
  const error = Object.assign(new Error('relation "cards" at character 15'), { name: "PostgresError", code });
  return new Error("Failed query: select number from cards", { cause: error });
}

const connectionError = (code: string) =>
  new Error("Failed query: select 1", {
    cause: Object.assign(new Error(`${code} 127.0.0.1:5432`), { code, errno: code }),
  });

describe("mapError", () => {
  it("passes an AppError on as it is", () => {
    const error = new AppError("reference_taken", "Taken.");
    expect(mapError(error)).toBe(error);
  });

  it.each(["08006", "57P01", "57P03", "53300", "53100", "57014", "55P03", "40001", "40P01", "25P03", "25P04"])(
    "a database that cannot now (%s) is 503, to be tried again",
    (code) => {
      const mapped = mapError(databaseError(code));
      expect([mapped.code, mapped.status]).toEqual(["service_unavailable", 503]);
      expect(mapped.retryAfterSeconds).toBeGreaterThan(0);
    },
  );

  it.each([
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
    "EAI_AGAIN",
    "CONNECT_TIMEOUT",
    "CONNECTION_CLOSED",
    "CONNECTION_ENDED",
    "CONNECTION_DESTROYED",
  ])("a connection that is not there (%s) is 503", (code) => {
    expect(mapError(connectionError(code)).code).toBe("service_unavailable");
  });

  it.each(["23505", "23503", "23514", "22P02", "22021", "42601", "42501", "42P01"])(
    "database.never-4xx: a statement that failed (%s) is our own fault, 500",
    (code) => {
      expect([mapError(databaseError(code)).code, mapError(databaseError(code)).status]).toEqual([
        "internal_error",
        500,
      ]);
    },
  );

  it("a key that is missing is 503 and says so, and not which", () => {
    const mapped = mapError(new Error("read", { cause: new KeyMissingError("dk-1", "card-number") }));
    expect([mapped.code, mapped.status]).toEqual(["service_unavailable", 503]);
    expect(mapped.message).toMatch(/key of ours is missing/);
    expect(mapped.message).not.toMatch(/dk-1|card-number/);
  });

  it.each<[unknown]>([
    [new TypeError("x is not a function")],
    ["text"],
    [undefined],
    [null],
    [{ code: "ECONNREFUSED" }],
    [new Error("", { cause: "x" })],
  ])("anything else (%s) is 500", (thrown) => {
    expect(mapError(thrown).code).toBe("internal_error");
  });

  it("keeps the cause for the log and shows nothing of it", () => {
    const cause = databaseError("23505");
    const mapped = mapError(cause);
    expect(mapped.cause).toBe(cause);
    expect(mapped.message).not.toMatch(/cards|select|character/);
  });

  it("does not go round in circles", () => {
    const [one, two] = [new Error("one"), new Error("two")];
    one.cause = two;
    two.cause = one;
    expect(mapError(one).code).toBe("internal_error");
  }, 1000);
});
