import {
  type AuthenticationResponseJSON,
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";

/** What came of asking the browser. `message` is shown as it is. */
export type Asked<Answer> = { kind: "answered"; answer: Answer } | { kind: "failed"; message: string };

const UNSUPPORTED = "This browser cannot use passkeys. Choose another way.";
const WRONG_ADDRESS = "Passkeys do not work at this address. Open the site by its name, not by a number.";

/** Has the person use one of their passkeys. Never rejects. */
export function askForPasskey(
  optionsJSON: PublicKeyCredentialRequestOptionsJSON,
): Promise<Asked<AuthenticationResponseJSON>> {
  return ask(() => startAuthentication({ optionsJSON }), {
    NotAllowedError: "No passkey was used. Try again, or choose another way.",
    SecurityError: WRONG_ADDRESS,
  });
}

/** Has the person make a new passkey. Never rejects. */
export function askForNewPasskey(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<Asked<RegistrationResponseJSON>> {
  return ask(() => startRegistration({ optionsJSON }), {
    NotAllowedError: "No passkey was made. Try again when you are ready.",
    InvalidStateError: "That device or key has a passkey for this account already. Use another one.",
    ConstraintError: "That device cannot check that it is you. Set up a PIN, fingerprint or face on it first.",
    NotSupportedError: "That device or key cannot make a passkey for this site. Use another one.",
    SecurityError: WRONG_ADDRESS,
  });
}

async function ask<Answer>(
  start: () => Promise<Answer>,
  messages: Readonly<Record<string, string>>,
): Promise<Asked<Answer>> {
  if (!browserSupportsWebAuthn()) return { kind: "failed", message: UNSUPPORTED };
  try {
    return { kind: "answered", answer: await start() };
  } catch (error) {
    // The library gives its errors the names that browsers give theirs.
    const name = error instanceof Error ? error.name : "";
    return {
      kind: "failed",
      message: messages[name] ?? "The passkey could not be used. Try again, or choose another way.",
    };
  }
}
