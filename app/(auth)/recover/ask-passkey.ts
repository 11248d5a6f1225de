import { startAuthentication } from "@simplewebauthn/browser";
import type { ResetResult } from "@/components/recovery/recovery-state";
import { PASSKEY_CANCELLED } from "@/lib/recovery/recovery-messages";
import { beginPasskeyProof, setNewPassword } from "./actions";

/** Asks the browser for a passkey of the link's account, and sends its answer with the new password. */
export async function askPasskey(token: string, password: string): Promise<ResetResult> {
  const question = await beginPasskeyProof({ token });
  if (question.kind === "failed") return question;
  const asked = await startAuthentication({ optionsJSON: question.options }).catch(() => null);
  if (asked === null) return { kind: "failed", message: PASSKEY_CANCELLED, over: false };
  // The same object, as one of no particular fields: that is what the server takes.
  const answer = { ...asked, clientExtensionResults: { ...asked.clientExtensionResults } };
  return setNewPassword({ token, password, proof: { method: "passkey", answer } });
}
