import { describe, expect, it } from "vitest";
import { API_PERMISSIONS } from "@/lib/api-keys/permissions";
import { permissionSummary } from "./keys/permission-words";
import { attemptWords, eventsSummary, latencyWords } from "./webhooks/endpoint-words";

describe("permissionSummary", () => {
  it.each([
    [API_PERMISSIONS, "Everything"],
    [API_PERMISSIONS.filter((permission) => permission.endsWith(":read")), "Read only"],
    [["payments:read"], "payments:read"],
    [["payments:read", "payments:write"], "2 of 10"],
    // As many as "Read only" has, and others.
    [API_PERMISSIONS.slice(0, 5), "5 of 10"],
  ])("%j is %s", (permissions, words) => {
    expect(permissionSummary(permissions)).toBe(words);
  });
});

it("the events of an endpoint", () => {
  expect(eventsSummary(["*"])).toBe("Every event");
  expect(eventsSummary(["card.created"])).toBe("card.created");
  expect(eventsSummary(["card.created", "card.deleted"])).toBe("2 types");
});

it("what came of an attempt", () => {
  const endedAt = new Date(0);
  expect(attemptWords({ endedAt, statusCode: 204, error: null })).toBe("204");
  expect(attemptWords({ endedAt, statusCode: 302, error: null })).toBe("302 (not followed)");
  expect(attemptWords({ endedAt, statusCode: null, error: "timeout" })).toBe("No answer in time");
  expect(attemptWords({ endedAt, statusCode: null, error: "EPROTO" })).toBe("EPROTO");
  expect(attemptWords({ endedAt: null, statusCode: null, error: null })).toBe("No outcome yet");
  expect(latencyWords(null)).toBeNull();
  expect(latencyWords(1234)).toBe("1,234 ms");
});
