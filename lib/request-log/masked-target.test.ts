import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import { maskedTarget } from "./masked-target";

const id = newId("pay");

describe("request-log.masked: the attack is to read what clients put into an address", () => {
  it("an id stays, and the route has its name", () => {
    expect(maskedTarget(`/api/v1/payments/${id}/capture`, { id })).toEqual({
      route: "/api/v1/payments/{id}/capture",
      path: `/api/v1/payments/${id}/capture`,
    });
  });

  it.each([
    "4242424242424242",
    "4242%204242%204242%204242",
    "cs_test_0123456789abcdef0123456789abcdef",
    "asha@example.com",
    "%E0%A4%A",
  ])("%s in the place of an id is not kept", (text) => {
    const given = text === "%E0%A4%A" ? text : decodeURIComponent(text);
    expect(maskedTarget(`/api/v1/cards/${text}`, { id: given })).toEqual({
      route: "/api/v1/cards/{id}",
      path: "/api/v1/cards/…",
    });
  });

  it("of a query it keeps the values of a list, and of nothing else", () => {
    const query = `limit=25&customer=${newId("cus")}`;
    expect(maskedTarget(`/api/v1/payments?${query}`, {}).path).toBe(`/api/v1/payments?${query}`);
    const personal = "email=asha%40example.com&phone=%2B919876543210&reference=4242424242424242&4242424242424242=x";
    expect(maskedTarget(`/api/v1/customers?${personal}`, {}).path).toBe(
      "/api/v1/customers?email=…&phone=…&reference=…&…=…",
    );
    expect(maskedTarget("/api/v1/payments?cursor=4242-4242-4242-4242", {}).path).not.toContain("4242-4242");
  });

  it.each(["limit", "cursor", "status", "currency", "type", "card", "customer", "created_from", "amount_min"])(
    "a name or a telephone number in %s is not kept",
    (name) => {
      for (const value of ["asha.rao", "Asha%20Rao", "9876543210", "%2B919876543210", "ann"]) {
        expect(maskedTarget(`/api/v1/payments?${name}=${value}`, {}).path).toBe(`/api/v1/payments?${name}=…`);
      }
    },
  );

  it("what a list takes is shown", () => {
    const query = `status=captured&currency=inr&card=${newId("tok")}&created_from=2026-01-31T00:00:00Z&amount_max=150.50`;
    for (const shown of [query, `cursor=mh3k2x9a.${id}`, "type=payment.captured&cursor=17"]) {
      expect(maskedTarget(`/api/v1/payments?${shown}`, {}).path).toBe(`/api/v1/payments?${shown}`);
    }
  });

  it("where any path is taken, plain words stay, and nothing else that somebody made up", () => {
    const path = ["v1", "paymets", "Tr0ub4dor-3", "4242424242424242", "cs_test_0123456789abcdef"];
    expect(maskedTarget(`/api/${path.join("/")}`, { path }).path).toBe("/api/v1/paymets/…/…/…");
  });

  it("is bounded", () => {
    expect(maskedTarget(`/api/v1/payments?${"limit=100&".repeat(500)}`, {}).path.length).toBeLessThanOrEqual(500);
  });
});
