import { workOnce } from "@/lib/background/work-once";
import { publicHandler } from "@/lib/boundary/handler";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { requireCronSecret } from "@/lib/boundary/require-cron-secret";

export const dynamic = "force-dynamic";
/** Seconds, for platforms that end a request by the clock. A round takes less, also where everything it asks is silent. */
export const maxDuration = 120;

/** One bounded round of background work, for a schedule that knows CRON_SECRET; 503 when a part of it failed. */
const work = publicHandler(async ({ headers }) => {
  requireCronSecret(headers);
  const round = await workOnce();
  return Response.json({ work: round }, { status: Object.values(round).includes("failed") ? 503 : 200 });
});

// Schedules differ in what they send; neither is repeated by anything in between, for no answer may be kept.
export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as PUT, work as GET, work as POST };
