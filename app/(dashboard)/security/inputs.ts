import { z } from "zod";
import { parseId } from "@/lib/ids/id";

/** A code for an enrolment. An id that is none never was: the code then reads as one for an enrolment that is over. */
export const enrolmentCode = z.strictObject({
  enrolmentId: z.string().transform((text, issues) => {
    const id = parseId("enr", text);
    if (id !== null) return id;
    issues.addIssue({ code: "custom", message: "That has expired. Begin again." });
    return z.NEVER;
  }),
  code: z.string().max(1_000),
});
