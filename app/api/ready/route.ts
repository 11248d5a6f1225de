import { publicHandler } from "@/lib/boundary/handler";
import { checkReadiness } from "@/lib/readiness/check-readiness";

export const dynamic = "force-dynamic";

/** 200 when this server can take payments, else 503 naming what is missing. `attention` names what a person should look at. */
export const GET = publicHandler(async () => {
  const { ready, missing, attention } = await checkReadiness();
  return Response.json(
    { status: ready ? "ready" : "not_ready", missing, attention },
    { status: ready ? 200 : 503, headers: ready ? {} : { "retry-after": "2" } },
  );
});
