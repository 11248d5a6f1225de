import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/auth/auth-layout";
import { authCookies } from "@/lib/auth/auth-cookies";
import { localPath } from "@/lib/auth/local-path";
import { openChallengeOf } from "@/lib/auth/sign-in";
import { publicPage } from "@/lib/boundary/page";
import { env } from "@/lib/env";
import { VerifyCode } from "./verify-code";

export const metadata: Metadata = { title: "Verify it's you" };

export default publicPage(async ({ search }) => {
  const token = (await cookies()).get(authCookies(env().APP_URL).challenge.name)?.value ?? null;
  const challenge = await openChallengeOf(token);
  if (challenge === null) redirect("/login");
  return (
    <AuthLayout
      title="Verify it's you"
      description={<p>Open your authenticator app and type the code for {challenge.user.email}.</p>}
      footer={
        <Link href="/login" className="underline underline-offset-4 hover:text-foreground">
          Use another account
        </Link>
      }
    >
      <VerifyCode callbackPath={localPath(search.callbackUrl)} />
    </AuthLayout>
  );
});
