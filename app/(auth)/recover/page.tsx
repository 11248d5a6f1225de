import type { Metadata } from "next";
import { AuthLayout } from "@/components/auth/auth-layout";
import { PASSWORD_LENGTH_MIN } from "@/lib/auth/password-rules";
import { publicPage } from "@/lib/boundary/page";
import { Recover } from "./recover";

export const metadata: Metadata = { title: "Recover your account", referrer: "no-referrer" };

/** For whoever has lost a password, or the factors that an owner has reset. It knows nothing of a link: that is the browser's. */
export default publicPage(async () => (
  <AuthLayout title="Recover your account">
    <Recover passwordLengthMin={PASSWORD_LENGTH_MIN} />
  </AuthLayout>
));
