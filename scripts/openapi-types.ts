/** `npm run openapi-types`: writes the TypeScript client's types anew from the OpenAPI document. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "@/lib/openapi/document";
import { clientTypes } from "./openapi/client-types";
import { ROOT } from "./root";

writeFileSync(join(ROOT, "clients/typescript/types.ts"), clientTypes(openApiDocument()));
