import { unstable_rethrow } from "next/navigation";
import { UNAVAILABLE_DIGEST } from "@/lib/errors/unavailable-digest";
import { mapError } from "./map-error";

/** What the server's preload keeps of the request at hand, until its answer begins. */
type Answer = { retryAfterSeconds?: number };
type Answers = Readonly<{ getStore: () => Answer | undefined }>;
const preloaded = globalThis as typeof globalThis & { countinghouseAnswers?: Answers };

/** Until a page is worth another try, where the error itself does not say. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Renders, and where that fails for now (a store is away, a key is missing) tells the preload, which answers 503 with
 * `Retry-After` where Next.js knows only 500 (RFC 9110, 15.6.4). The page then says so by the error's digest, which is
 * all that reaches a browser of an error.
 */
export async function orUnavailable<Result>(render: () => Promise<Result>): Promise<Result> {
  try {
    return await render();
  } catch (thrown) {
    unstable_rethrow(thrown);
    const error = mapError(thrown);
    if (error.status !== 503) throw thrown;
    const answer = preloaded.countinghouseAnswers?.getStore();
    if (answer) answer.retryAfterSeconds = error.retryAfterSeconds ?? RETRY_AFTER_SECONDS;
    throw Object.assign(error, { digest: UNAVAILABLE_DIGEST });
  }
}
