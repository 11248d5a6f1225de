import { z } from "zod";
import { type IdPrefix, parseId } from "@/lib/ids/id";

const id = <Prefix extends IdPrefix>(prefix: Prefix) =>
  z.string().transform((text, context) => {
    const parsed = parseId(prefix, text);
    if (parsed !== null) return parsed;
    context.addIssue(`is no ${prefix}_ id`);
    return z.NEVER;
  });

const payment = { merchantId: id("mer"), mode: z.enum(["test", "live"]), paymentId: id("pay") } as const;

/** Something whose outcome the acquirer owes us, as a job names it: ids alone. */
export const subjectSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("payment"), ...payment }),
  z.strictObject({ kind: z.literal("operation"), ...payment, operationId: id("op") }),
  z.strictObject({ kind: z.literal("refund"), ...payment, refundId: id("ref") }),
]);

export type Subject = z.infer<typeof subjectSchema>;

/** Its own id: by it the acquirer knows it, and there is one job at most for it. */
export function idOf(subject: Subject): string {
  switch (subject.kind) {
    case "payment":
      return subject.paymentId;
    case "operation":
      return subject.operationId;
    case "refund":
      return subject.refundId;
    default:
      return subject satisfies never;
  }
}
