import { sessionHandler } from "@/lib/boundary/handler";
import { database } from "@/lib/database";
import { readFilters, toPaymentFilter } from "@/lib/payments/dashboard-filter";
import { exportPayments } from "@/lib/payments/export-payments";

/** Exactly the list of the address, as a file. */
export const GET = sessionHandler(
  { permission: "payments:export", policy: "export" },
  async (request, { session, context }) => {
    const filters = readFilters(Object.fromEntries(new URL(request.url).searchParams));
    const scope = { merchantId: session.merchant.id, mode: "test" } as const;
    const csv = await exportPayments(database(), context, scope, toPaymentFilter(filters, session.merchant.timeZone));
    const day = new Date().toISOString().slice(0, 10);
    return new Response(csv, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="transactions-${day}.csv"`,
      },
    });
  },
);
