import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/auth/auth-layout";
import { signedOutWords } from "@/components/sessions/session-words";
import { localPath } from "@/lib/auth/local-path";
import { CODE_MESSAGES } from "@/lib/auth/sign-in-messages";
import { currentSession, refusedAs } from "@/lib/boundary/current-session";
import { publicPage } from "@/lib/boundary/page";
import { env } from "@/lib/env";
import { setupIsOpen } from "@/lib/setup/setup";
import { SignIn } from "./sign-in";

export const metadata: Metadata = { title: "Sign in" };

export default publicPage(async ({ search }) => {
  if (await setupIsOpen()) redirect("/setup");
  if ((await currentSession()) !== null) redirect("/");
  const why = search.expired === "1" ? CODE_MESSAGES.challenge_gone : await whySignedOut();
  return (
    <AuthLayout
      title="Sign in"
      {...(why !== null && { description: <p role="status">{why}</p> })}
      footer={
        <Link href="/recover" className="underline underline-offset-4 hover:text-foreground">
          Forgot password?
        </Link>
      }
    >
      <SignIn callbackPath={localPath(search.callbackUrl)} />
    </AuthLayout>
  );
});

/** From the browser's own cookie and never from the address, where anybody could write a reason. */
async function whySignedOut(): Promise<string | null> {
  const reason = await refusedAs();
  if (reason === null) return null;
  const { SESSION_IDLE_SECONDS: idleSeconds, SESSION_ABSOLUTE_SECONDS: absoluteSeconds } = env();
  return signedOutWords(reason, { idleSeconds, absoluteSeconds });
}
