import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/auth/auth-layout";
import { localPath } from "@/lib/auth/local-path";
import { CODE_MESSAGES } from "@/lib/auth/sign-in-messages";
import { currentSession } from "@/lib/boundary/current-session";
import { publicPage } from "@/lib/boundary/page";
import { setupIsOpen } from "@/lib/setup/setup";
import { SignIn } from "./sign-in";

export const metadata: Metadata = { title: "Sign in" };

export default publicPage(async ({ search }) => {
  if (await setupIsOpen()) redirect("/setup");
  if ((await currentSession()) !== null) redirect("/");
  const description = search.expired === "1" ? <p role="status">{CODE_MESSAGES.challenge_gone}</p> : undefined;
  return (
    <AuthLayout
      title="Sign in"
      description={description}
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
