import { publicHandler } from "@/lib/boundary/handler";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { openApiDocument } from "@/lib/openapi/document";

/** Public: the one call that needs no key, since it is what one reads before having any. */
export const GET = publicHandler(async () => Response.json(openApiDocument()));

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as POST, methodNotAllowed as PUT };
