import { type Call, createTransport, type TransportOptions } from "./transport.ts";
import type * as Api from "./types.ts";

export type CountinghouseOptions = TransportOptions;

/** Your own name for the operation, the same on every retry, also after your server has started anew. */
export type Keyed = Readonly<{ idempotencyKey: string }>;
export type MaybeKeyed = Readonly<{ idempotencyKey?: string }>;

type Filter<Operation extends keyof Api.Queries> = Omit<Api.Queries[Operation], "cursor">;

/** The integration API. Calls reject with `ApiError` when they are refused, and with `ConnectionError` when no answer came. */
export class Countinghouse {
  readonly #send: (call: Call) => Promise<unknown>;

  constructor(options: CountinghouseOptions) {
    this.#send = createTransport(options);
  }

  readonly cards = {
    create: (card: Api.CreateCard, options: MaybeKeyed = {}) => this.#post<Api.Card>("/cards", card, options),
    get: (id: string) => this.#get<Api.Card>(at`/cards/${id}`),
    list: (query: Api.Queries["listCards"] = {}) => this.#get<Api.CardList>("/cards", query),
    delete: (id: string) => this.#delete(at`/cards/${id}`),
  };

  readonly customers = {
    create: (customer: Api.CreateCustomer, options: MaybeKeyed = {}) =>
      this.#post<Api.Customer>("/customers", customer, options),
    get: (id: string) => this.#get<Api.Customer>(at`/customers/${id}`),
    list: (query: Api.Queries["listCustomers"] = {}) => this.#get<Api.CustomerList>("/customers", query),
    change: (id: string, changes: Api.ChangeCustomer) =>
      this.#call<Api.Customer>({ method: "PATCH", path: at`/customers/${id}`, body: changes }),
    erase: (id: string) => this.#delete(at`/customers/${id}`),
  };

  readonly payments = {
    create: (payment: Api.CreatePayment, options: Keyed) => this.#post<Api.Payment>("/payments", payment, options),
    get: (id: string) => this.#get<Api.Payment>(at`/payments/${id}`),
    list: (query: Api.Queries["listPayments"] = {}) => this.#get<Api.PaymentList>("/payments", query),
    /** Every payment that the filter selects, page by page, newest first. */
    all: (query: Filter<"listPayments"> = {}) =>
      everyOf<Api.Payment>((cursor) => this.payments.list({ ...query, ...cursor })),
    capture: (id: string, capture: Api.CapturePayment, options: Keyed) =>
      this.#post<Api.Payment>(at`/payments/${id}/capture`, capture, options),
    void: (id: string, options: Keyed) => this.#post<Api.Payment>(at`/payments/${id}/void`, {}, options),
    refund: (id: string, refund: Api.CreateRefund, options: Keyed) =>
      this.#post<Api.Refund>(at`/payments/${id}/refunds`, refund, options),
    refunds: (id: string, query: Api.Queries["listRefunds"] = {}) =>
      this.#get<Api.RefundList>(at`/payments/${id}/refunds`, query),
  };

  readonly refunds = { get: (id: string) => this.#get<Api.Refund>(at`/refunds/${id}`) };

  readonly events = {
    list: (query: Api.Queries["listEvents"] = {}) => this.#get<Api.EventList>("/events", query),
    /** Every event, newest first: where to look for those that a webhook did not bring. */
    all: (query: Filter<"listEvents"> = {}) =>
      everyOf<Api.Event>((cursor) => this.events.list({ ...query, ...cursor })),
  };

  readonly webhookEndpoints = {
    create: (endpoint: Api.CreateWebhookEndpoint, options: MaybeKeyed = {}) =>
      this.#post<Api.WebhookEndpointWithSecret>("/webhook-endpoints", endpoint, options),
    get: (id: string) => this.#get<Api.WebhookEndpoint>(at`/webhook-endpoints/${id}`),
    list: (query: Api.Queries["listWebhookEndpoints"] = {}) =>
      this.#get<Api.WebhookEndpointList>("/webhook-endpoints", query),
    delete: (id: string) => this.#delete(at`/webhook-endpoints/${id}`),
    rotateSecret: (id: string, options: MaybeKeyed = {}) =>
      this.#post<Api.WebhookEndpointWithSecret>(at`/webhook-endpoints/${id}/rotate-secret`, {}, options),
    deliveries: (id: string, query: Api.Queries["listWebhookDeliveries"] = {}) =>
      this.#get<Api.WebhookDeliveryList>(at`/webhook-endpoints/${id}/deliveries`, query),
    retry: (deliveryId: string, options: MaybeKeyed = {}) =>
      this.#post<Api.WebhookDelivery>(at`/webhook-deliveries/${deliveryId}/retry`, {}, options),
  };

  /** Where no key is needed one is made for this one call, so that its retries are one operation too. */
  #post<Answer>(path: string, body: object, { idempotencyKey = crypto.randomUUID() }: MaybeKeyed): Promise<Answer> {
    return this.#call({ method: "POST", path, body, idempotencyKey });
  }

  #get<Answer>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<Answer> {
    return this.#call({ method: "GET", path, query });
  }

  async #delete(path: string): Promise<void> {
    await this.#send({ method: "DELETE", path });
  }

  /** The types are those of the OpenAPI document, which the server's tests hold its answers against. */
  async #call<Answer>(call: Call): Promise<Answer> {
    return (await this.#send(call)) as Answer;
  }
}

/** A path with ids in it, escaped, so that no id leads elsewhere. */
function at(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return parts.map((part, index) => part + (index < ids.length ? escapeId(ids[index] ?? "") : "")).join("");
}

function escapeId(id: string): string {
  // An empty one would ask for the list, and dots for what is above.
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is not an id`);
  return id;
}

async function* everyOf<Item>(
  list: (cursor: { cursor?: string }) => Promise<{ data: Item[]; next_cursor: string | null }>,
): AsyncGenerator<Item> {
  let cursor: string | null = null;
  do {
    const page: { data: Item[]; next_cursor: string | null } = await list(cursor === null ? {} : { cursor });
    yield* page.data;
    cursor = page.next_cursor;
  } while (cursor !== null);
}
