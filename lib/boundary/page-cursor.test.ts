import { describe, expect, it } from "vitest";
import { isAuditCursor } from "@/lib/audit/audit-entry-store";
import { newId } from "@/lib/ids/id";
import { isPaymentCursor } from "@/lib/payments/payment-list-store";
import { readCursor } from "./page-cursor";

const payment = `mwup1ia5.${newId("pay")}`;

// A link that was cut short must open the list, not an error page.
describe("page-cursor.nonsense-is-the-first-page", () => {
  it.each(["abc", "mwup1ia5.pay_", `zzzzzzzzzzzz.${newId("pay")}`, `${payment}.x`, ""])("payments: %j", (text) => {
    expect(readCursor({ after: text }, isPaymentCursor)).toEqual({ cursor: null, direction: "older" });
    expect(readCursor({ before: text }, isPaymentCursor)).toEqual({ cursor: null, direction: "older" });
  });

  it.each(["abc", "-1", "1e3", "99999999999999999999", "١"])("audit: %j", (text) => {
    expect(readCursor({ after: text }, isAuditCursor)).toEqual({ cursor: null, direction: "older" });
  });

  it("takes its own", () => {
    expect(readCursor({ after: payment }, isPaymentCursor)).toEqual({ cursor: payment, direction: "older" });
    expect(readCursor({ before: "17" }, isAuditCursor)).toEqual({ cursor: "17", direction: "newer" });
  });
});
