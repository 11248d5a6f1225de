import { callbackHandler } from "@/lib/boundary/gateway-callback";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { env } from "@/lib/env";
import { readSandboxCallback } from "@/lib/gateway/sandbox/callback";

/** Callbacks of the sandbox acquirer. */
export const POST = callbackHandler("sandbox", () => {
  const { GATEWAY, SANDBOX_CALLBACK_SECRET: secret } = env();
  if (GATEWAY !== "sandbox" || secret === undefined) return null;
  return (headers, body, nowSeconds) =>
    readSandboxCallback(headers.get("x-sandbox-signature"), body, secret, nowSeconds);
});

export { methodNotAllowed as DELETE, methodNotAllowed as GET, methodNotAllowed as PATCH, methodNotAllowed as PUT };
