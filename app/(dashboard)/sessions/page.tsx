import type { Metadata } from "next";
import { PageHeader } from "@/components/layout/page-header";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { Revoking } from "@/components/sessions/revoking";
import { SessionsTable } from "@/components/sessions/sessions-table";
import { page } from "@/lib/boundary/page";
import { sessions } from "@/lib/sessions/sessions";
import { revoke, revokeOthers } from "./actions";
import { toSessionViews } from "./session-views";

export const metadata: Metadata = { title: "Sessions" };

export default page({ permission: "sessions:own" }, async ({ session }) => {
  const { timeZone } = session.merchant;
  const records = await sessions().list(session.user.id);
  return (
    <>
      <PageHeader title="Sessions" description={<TimeZoneNote timeZone={timeZone} />} />
      <Revoking onRevoke={revoke} onRevokeOthers={revokeOthers}>
        <SessionsTable sessions={toSessionViews(records, session)} timeZone={timeZone} />
      </Revoking>
    </>
  );
});
