import { sessionHandler } from "@/lib/boundary/handler";
import { database } from "@/lib/database";
import { keyRing } from "@/lib/keys/key-ring";
import { readFilters } from "@/lib/payments/dashboard-filter";
import { exportPayments } from "@/lib/payments/export-payments";
import { findFilter } from "@/lib/payments/find-filter";

/** Exactly the list of the address, as a file. */
export const GET = sessionHandler(
  { permission: "payments:export", policy: "export" },
  async (request, { session, context }) => {
    const filters = readFilters(Object.fromEntries(new URL(request.url).searchParams));
    const scope = { merchantId: session.merchant.id, mode: "test" } as const;
    const filter = findFilter(await keyRing(), scope, filters, session.merchant.timeZone);
    const csv = await exportPayments(database(), context, scope, filter);
    const day = new Date().toISOString().slice(0, 10);
    return new Response(csv, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="transactions-${day}.csv"`,
      },
    });
  },
);
