import type { VerifyResult } from "@/components/auth/verify-form";
import { codeMessage, parseCodeRefusal } from "@/lib/auth/sign-in-messages";
import type { SignInMethod } from "@/lib/sessions/session-store";
import { expiredHref } from "./hrefs";

/** What signs in: a provider of next-auth, and its fields. */
export type Proof =
  | Readonly<{ provider: "second-factor"; fields: Readonly<{ method: SignInMethod; code?: string; passkey?: string }> }>
  | Readonly<{ provider: "passkey"; fields: Readonly<{ passkey: string }> }>;

/**
 * Sends a proof to next-auth's endpoint, as its own client does but in two requests instead of five, and with the reason
 * of a refusal. Rejects when there is no answer, or none that makes sense.
 */
export async function submitProof({ provider, fields }: Proof, callbackPath: string): Promise<VerifyResult> {
  const { csrfToken } = await readJson(await fetch("/api/auth/csrf"));
  const response = await fetch(`/api/auth/callback/${provider}`, {
    method: "POST",
    body: new URLSearchParams({ csrfToken: String(csrfToken), ...fields, callbackUrl: callbackPath, json: "true" }),
  });
  const { url, error, detail } = await readJson(response);
  if (response.ok && typeof url === "string") return { ok: true, redirectTo: url };
  const refusal = parseCodeRefusal(error);
  if (refusal === "challenge_gone") return { ok: true, redirectTo: expiredHref(callbackPath) };
  if (refusal !== null)
    return { ok: false, message: codeMessage(provider === "passkey" ? provider : fields.method, refusal) };
  if (typeof detail === "string") return { ok: false, message: detail };
  throw new Error("the server's answer to a proof makes no sense");
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json();
  return typeof body === "object" && body !== null ? { ...body } : {};
}
