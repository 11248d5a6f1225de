import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ROUTES, routeTemplate } from "./route-template";

describe("metrics.route", () => {
  it("knows every route that there is, and none that is not", () => {
    const files = globSync("app/api/**/route.ts").map((file) =>
      file.replace(/^app/, "").replace("/route.ts", "").replaceAll("[", "{").replaceAll("]", "}"),
    );
    expect([...files, "other"].sort()).toEqual([...ROUTES].sort());
  });

  it.each([
    ["/api/v1/payments", "/api/v1/payments"],
    ["/api/v1/payments/pay_1", "/api/v1/payments/{id}"],
    ["/api/v1/payments/capture/capture", "/api/v1/payments/{id}/capture"],
    ["/api/v1/payments/{id}", "/api/v1/payments/{id}"],
    ["/api/v1/openapi.json", "/api/v1/openapi.json"],
    ["/api/v1/payments/pay_1/4242424242424242", "/api/{...path}"],
    ["/api/v1/4242424242424242", "/api/{...path}"],
    ["/api/auth/session", "/api/auth/{...nextauth}"],
    ["/payments/export", "other"],
    ["/4242424242424242", "other"],
  ])("%s is of %s", (path, route) => {
    expect(routeTemplate(path)).toBe(route);
  });
});

it("metrics.off: the SDK is named in one file, which one other loads, and only when it is wanted", () => {
  const sources = globSync("{app,components,db,lib}/**/*.{ts,tsx}").filter((file) => !file.includes(".test."));
  const naming = (what: RegExp) => sources.filter((file) => what.test(readFileSync(file, "utf8")));
  expect(naming(/"@opentelemetry\/(?!api")/)).toEqual(["lib/metrics/sdk.ts"]);
  expect(naming(/["/]metrics\/sdk"|"\.\/sdk"/)).toEqual(["lib/metrics/start-metrics.ts"]);
  expect(naming(/[^(]"\.\/sdk"/)).toEqual([]);
});
