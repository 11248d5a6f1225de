import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import { notFound } from "next/navigation";
import { AuthLayout } from "@/components/auth/auth-layout";
import { authCookies } from "@/lib/auth/auth-cookies";
import { PASSWORD_LENGTH_MIN } from "@/lib/auth/password-rules";
import { otpauthUri } from "@/lib/auth/totp-secret";
import { publicMetadata, publicPage } from "@/lib/boundary/page";
import { env } from "@/lib/env";
import { countries, countryOfLanguages } from "@/lib/places/countries";
import { timeZones } from "@/lib/places/time-zones";
import { qrCode } from "@/lib/qr/qr-code";
import { pendingSetupOf, setupIsOpen } from "@/lib/setup/setup";
import { Begin } from "./begin";
import { Enrol } from "./enrol";

export const generateMetadata = publicMetadata(
  async (): Promise<Metadata> => ({ title: (await setupIsOpen()) ? "Set up" : "Not found" }),
);

/** The first run: there while there is no merchant, and as if it had never been once there is one. */
export default publicPage(async () => {
  if (!(await setupIsOpen())) notFound();
  const token = (await cookies()).get(authCookies(env().APP_URL).setup.name)?.value ?? null;
  const pending = await pendingSetupOf(token);
  if (pending === null) return <FirstStep />;
  const { owner, totpSecret: secret } = pending;
  return (
    <AuthLayout title="Set up Countinghouse">
      <Enrol
        intro="Step 2 of 2: scan this with an authenticator app, so that a stolen password alone opens nothing."
        qr={qrCode(otpauthUri(owner.email, secret))}
        secret={secret}
        account={owner.email}
      />
    </AuthLayout>
  );
});

async function FirstStep() {
  return (
    <AuthLayout
      title="Set up Countinghouse"
      description={<p>Step 1 of 2: your business, and you as its owner. You are asked this once.</p>}
    >
      <Begin
        countries={countries()}
        country={countryOfLanguages((await headers()).get("accept-language"))}
        timeZones={timeZones()}
        passwordLengthMin={PASSWORD_LENGTH_MIN}
      />
    </AuthLayout>
  );
}
