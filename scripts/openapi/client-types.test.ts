import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openApiDocument } from "@/lib/openapi/document";
import { ROOT } from "../root";
import { clientTypes } from "./client-types";

// The defect: a client whose types tell of an API that is no more.
it("client.types: are those of the OpenAPI document", () => {
  const written = readFileSync(join(ROOT, "clients/typescript/types.ts"), "utf8");
  expect(written, "run npm run openapi-types").toBe(clientTypes(openApiDocument()));
});
