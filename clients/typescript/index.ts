export { Countinghouse, type CountinghouseOptions, type Keyed, type MaybeKeyed } from "./client.ts";
export { ApiError, ConnectionError, WebhookError } from "./errors.ts";
export { type SignedParts, sign } from "./signing.ts";
export type * from "./types.ts";
export { type VerifyOptions, verifyWebhook } from "./webhooks.ts";
