import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/auth/auth-layout";
import { MethodLinks } from "@/components/auth/method-links";
import { authCookies } from "@/lib/auth/auth-cookies";
import { maskEmail } from "@/lib/auth/email";
import { localPath } from "@/lib/auth/local-path";
import { choicesFor, openChallengeOf } from "@/lib/auth/sign-in";
import type { SignInChoice } from "@/lib/auth/sign-in-choices";
import { publicPage } from "@/lib/boundary/page";
import { env } from "@/lib/env";
import type { SignInMethod } from "@/lib/sessions/session-store";
import { verifyHref } from "../hrefs";
import { Prove } from "./prove";

export const metadata: Metadata = { title: "Verify it's you" };

const DESCRIPTIONS: Readonly<Record<SignInMethod, string>> = {
  totp: "Open your authenticator app and type the code for",
  passkey: "Use a passkey of",
  sms: "Prove by a text message that you are",
  email: "Prove by an email that you are",
  recovery_code: "Type one of the recovery codes of",
};

export default publicPage(async ({ search }) => {
  const token = (await cookies()).get(authCookies(env().APP_URL).challenge.name)?.value ?? null;
  const challenge = await openChallengeOf(token);
  if (challenge === null) redirect("/login");
  const { choices, reset } = await choicesFor(challenge);
  const choice = choices.find(({ method }) => method === search.method) ?? choices[0];
  const callbackPath = localPath(search.callbackUrl);
  const { email } = challenge.user;
  return (
    <AuthLayout
      title="Verify it's you"
      description={<p>{choice === undefined ? noWay(email, reset) : `${DESCRIPTIONS[choice.method]} ${email}.`}</p>}
      footer={
        <div className="space-y-3">
          {choice !== undefined && <p>{whenLost(choices)}</p>}
          <Link href="/login" className="underline underline-offset-4 hover:text-foreground">
            Use another account
          </Link>
        </div>
      }
    >
      {choice !== undefined && <Prove key={choice.method} choice={choice} callbackPath={callbackPath} />}
      <MethodLinks
        methods={choices.map(({ method }) => method).filter((method) => method !== choice?.method)}
        hrefOf={(method) => verifyHref(callbackPath, method)}
      />
    </AuthLayout>
  );
});

/** Whoever reads this has given the right password, and the page offers them no less: it names only what they have. */
function whenLost(choices: readonly SignInChoice[]): string {
  return choices.some(({ method }) => method === "recovery_code")
    ? "Lost your factors? Use a recovery code, or ask an owner of your business to reset how you sign in."
    : "Lost your factors? Ask an owner of your business to reset how you sign in.";
}

/** What to do where nothing is left to prove oneself by. */
function noWay(email: string, reset: boolean): string {
  return reset
    ? `An owner has reset how you sign in. Open the link that we sent to ${maskEmail(email)} and set it up again.`
    : `There is no way left to verify ${email}. Ask an owner of your business to reset how you sign in.`;
}
