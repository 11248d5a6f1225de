import Stripe from "stripe";
import { exchange } from "@/lib/http/exchange";

/** A page of a hundred intents is some 400 KiB. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/** No whole answer came: the request may or may not have been acted on. */
export class LostAnswer extends Error {
  override readonly name = "LostAnswer";
}

/**
 * The package's requests over our own client: its own has a deadline for silence and none for the whole answer, follows a
 * reset with a second request, and hangs on an answer that is JSON and no object.
 */
export class DeadlineHttpClient extends Stripe.HttpClient {
  override getClientName(): string {
    return "node";
  }

  override async makeRequest(
    host: string,
    port: string,
    path: string,
    method: string,
    headers: object,
    requestData: string,
    protocol: string,
    timeout: number,
  ): Promise<WholeResponse> {
    const url = new URL(path, `${protocol}://${host}:${port}`);
    const sent = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const body = requestData ?? "";
    const init = { method, headers: Object.fromEntries(sent), body, maxAnswerBytes: MAX_ANSWER_BYTES };
    const answer = await exchange(url, init, timeout);
    if (answer.kind === "lost") throw new LostAnswer(answer.reason);
    return new WholeResponse(answer.status, answer.text, answer.replayed);
  }
}

class WholeResponse extends Stripe.HttpClientResponse {
  readonly #text: string;

  constructor(status: number, text: string, replayed: boolean) {
    super(status, replayed ? { "idempotent-replayed": "true" } : {});
    this.#text = text;
  }

  override getRawResponse(): object {
    return {};
  }

  override async toJSON(): Promise<object> {
    const body: unknown = JSON.parse(this.#text);
    if (typeof body !== "object" || body === null || Array.isArray(body)) throw new SyntaxError("not an object");
    return body;
  }
}
