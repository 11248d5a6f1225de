import { AppError } from "@/lib/errors/app-error";

/** 64 KiB: the largest body that is looked at. */
export const MAX_BODY_BYTES = 65_536;

/** Reads the raw body, and stops reading at the cap: 413 before anything is computed over it. */
export async function readBody(request: Request): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.byteLength;
    if (length > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * Objects and lists within one another. No request means more than three, and what walks a value by calling itself would run
 * out of stack with some thousands, which fit into 64 KiB (ASVS 1.5.2).
 */
const MAX_DEPTH = 64;

/** The body as JSON. Throws 415 for another media type, 400 for what is not JSON in UTF-8 or is nested too deeply. */
export function parseJsonBody(headers: Headers, body: Buffer): unknown {
  const mediaType = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") {
    throw new AppError("unsupported_media_type", "Send the body as Content-Type: application/json.");
  }
  const json = parseJson(body);
  if (isNestedDeeper(json, MAX_DEPTH)) {
    throw new AppError("malformed_body", `The body is nested deeper than ${MAX_DEPTH} levels.`);
  }
  return json;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    // The parser's own message quotes the input, which may hold a card number.
    throw new AppError("malformed_body", "The body is not valid JSON in UTF-8.");
  }
}

/** Level by level, without recursion. */
function isNestedDeeper(json: unknown, levels: number): boolean {
  let level = [json].filter(isNest);
  for (let depth = 0; depth < levels && level.length > 0; depth += 1) {
    level = level.flatMap((nest) => Object.values(nest).filter(isNest));
  }
  return level.length > 0;
}

const isNest = (value: unknown): value is object => typeof value === "object" && value !== null;

function tooLarge(): AppError {
  return new AppError("body_too_large", "The body is larger than 64 KiB. Send less.");
}
