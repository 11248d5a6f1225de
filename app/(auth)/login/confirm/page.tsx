import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/auth/auth-layout";
import { localPath } from "@/lib/auth/local-path";
import { currentSession, heldSession } from "@/lib/boundary/current-session";
import { publicPage } from "@/lib/boundary/page";
import { releaseMethods } from "@/lib/sessions/release-in-process";
import { ConfirmSession } from "./confirm-session";

export const metadata: Metadata = { title: "Verify it's you" };

export default publicPage(async ({ search }) => {
  const callbackPath = localPath(search.callbackUrl);
  const session = await heldSession();
  if (session === null) redirect((await currentSession()) ? callbackPath : "/login");
  const methods = await releaseMethods(session);
  return (
    <AuthLayout
      title="Verify it's you"
      description={
        <p>
          The session of {session.user.email} is now used from another address or browser. Your business asks for a
          proof before it goes on.
        </p>
      }
      footer={
        <Link href="/login" className="underline underline-offset-4 hover:text-foreground">
          Sign in again instead
        </Link>
      }
    >
      <ConfirmSession callbackPath={callbackPath} methods={methods} />
    </AuthLayout>
  );
});
