import type { Metadata } from "next";
import { AuthLayout } from "@/components/auth/auth-layout";
import { publicPage } from "@/lib/boundary/page";
import { Revoke } from "./revoke";

export const metadata: Metadata = { title: "End a session", referrer: "no-referrer" };

/** Where the link of a new-device e-mail leads. Public: whoever is told of a thief may be signed out themselves. */
export default publicPage(async () => (
  <AuthLayout title="End a session">
    <Revoke />
  </AuthLayout>
));
