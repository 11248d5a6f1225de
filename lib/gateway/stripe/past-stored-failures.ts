import Stripe from "stripe";

/** Each was answered with a failure of Stripe's own; there are hardly two. */
const MOST_KEYS = 10;

/**
 * Sends under our id, and where Stripe has kept a failure of its own under that key, under the next: `id`, `id:2`, `id:3`…
 * A first 5xx is no reason to go on, for it says nothing about the key; only one that is told to be a replay is. That
 * one is the same for whoever asks and for as long as the key lives, so that all who send go along the same keys and meet at
 * the same one. (docs.stripe.com/api/idempotent_requests: "Retries with the same key return the saved response, including
 * 500 errors"; a replay carries `Idempotent-Replayed: true`.)
 *
 * What was kept may have been done all the same. So only what cannot be done twice may be sent by this: a move of an
 * intent, which its state allows once; an intent without a card; a refund that was looked for in `send`, before each key.
 */
export async function pastStoredFailures<T>(id: string, send: (key: string) => Promise<T>): Promise<T> {
  for (let place = 1; ; place += 1) {
    try {
      return await send(place === 1 ? id : `${id}:${place}`);
    } catch (error) {
      if (place === MOST_KEYS || !isStoredFailure(error)) throw error;
    }
  }
}

function isStoredFailure(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError) || (error.statusCode ?? 0) < 500) return false;
  return error.headers?.["idempotent-replayed"] === "true";
}
