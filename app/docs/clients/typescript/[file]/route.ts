import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publicHandler } from "@/lib/boundary/handler";
import { AppError } from "@/lib/errors/app-error";

const FILES = ["index", "client", "errors", "retries", "signing", "transport", "types", "webhooks"].map(
  (name) => `${name}.ts`,
);

/** The TypeScript client's sources, to be downloaded and used as they are: it has no dependencies. */
export const GET = publicHandler(async (_request, { params }) => {
  const file = FILES.find((name) => name === params.file);
  if (!file) throw new AppError("not_found", "There is no such file of the client.");
  const source = readFileSync(join(process.cwd(), "clients/typescript", file), "utf8");
  return new Response(source, { headers: { "content-type": "text/plain; charset=utf-8" } });
});
