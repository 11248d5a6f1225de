import { expect, it } from "vitest";
import type { AuditEntryView } from "@/lib/audit/audit-view";
import { timelineItems } from "./timeline-items";

const captured: AuditEntryView = {
  id: "aud_1",
  sequence: 12,
  action: "payment.captured",
  outcome: "success",
  resourceType: "payment",
  resourceId: "pay_1",
  actorType: "user",
  actorId: "usr_1",
  actorName: "asha@example.com",
  oldValues: { status: "authorized", captured_minor: 0 },
  newValues: { status: "captured", captured_minor: 1250 },
  ip: "192.0.2.7",
  userAgent: "Test",
  requestId: "req_1",
  createdAt: new Date(0),
};
const figure = (minor: bigint) => `₹${minor}`;

it("timeline.no-addresses: who may not read the audit trail does not learn from a payment where somebody sat", () => {
  const [item] = timelineItems([captured], figure, { withAddresses: false });
  expect(JSON.stringify(item)).not.toContain("192.0.2.7");
  expect(item?.details).toContainEqual({ label: "Request", value: "req_1" });
  expect(timelineItems([captured], figure, { withAddresses: true })[0]?.details).toContainEqual({
    label: "From",
    value: "192.0.2.7",
  });
});
