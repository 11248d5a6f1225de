import { z } from "zod";
import type { EnrolResult } from "@/components/auth/enrol-authenticator";

const next = z.object({ href: z.string(), label: z.string() }).nullable();
const answer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), recoveryCodes: z.array(z.string()) }),
  z.object({ kind: z.literal("failed"), message: z.string(), next }),
]);
const problem = z.object({ detail: z.string() }).transform(({ detail }) => failed(detail));

/**
 * Sends the code to a route and not to an action: an action that sets cookies also draws the page again, which is no more
 * once there is a merchant, and the recovery codes would be gone unread.
 */
export async function sendCode(code: string): Promise<EnrolResult> {
  const response = await fetch("/setup/finish", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  return z.union([answer, problem]).parse(await response.json());
}

function failed(message: string): EnrolResult {
  return { kind: "failed", message, next: null };
}
