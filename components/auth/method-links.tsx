import Link from "next/link";
import type { SignInMethod } from "@/lib/sessions/session-store";

const NAMES: Readonly<Record<SignInMethod, string>> = {
  totp: "Use your authenticator app",
  passkey: "Use a passkey",
  sms: "Use a text message",
  email: "Use email",
  recovery_code: "Use a recovery code",
};

type Props = { methods: readonly SignInMethod[]; hrefOf: (method: SignInMethod) => string };

/** The account's other ways to go on. Following one changes nothing. */
export function MethodLinks({ methods, hrefOf }: Props) {
  if (methods.length === 0) return null;
  return (
    <nav aria-label="Other ways" className="mt-6 border-t pt-5 text-sm">
      <ul className="space-y-2.5">
        {methods.map((method) => (
          <li key={method}>
            <Link
              href={hrefOf(method)}
              prefetch={false}
              className="underline underline-offset-4 hover:text-muted-foreground"
            >
              {NAMES[method]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
