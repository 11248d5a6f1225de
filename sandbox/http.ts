import type { IncomingMessage } from "node:http";
import { TextDecoder } from "node:util";
import { errorBody } from "./answers";

/** A call that is refused before the books are asked; nothing was done. */
export class RefusedCall extends Error {
  override readonly name = "RefusedCall";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): string {
    return JSON.stringify(errorBody(this.code, this.message));
  }
}

/** Reads a whole body as UTF-8. Throws {@link RefusedCall} past the limit. */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RefusedCall(413, "body_too_large", `Send at most ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new RefusedCall(400, "malformed_body", "Send UTF-8.");
  }
}

/** Parses JSON; an empty text is an empty object. Throws {@link RefusedCall}, which repeats nothing of the text. */
export function parseJson(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedCall(400, "malformed_body", "Send a JSON document.");
  }
}
