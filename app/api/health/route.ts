import { publicHandler } from "@/lib/boundary/handler";

export const dynamic = "force-dynamic";

/** 200 while the process lives; it asks nothing of anything else. */
export const GET = publicHandler(async () => Response.json({ status: "ok" }));
