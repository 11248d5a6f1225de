import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { databaseErrorCode, transact } from "@/db/transact";
import type { StoredApiKey } from "@/lib/api-keys/api-key-store";
import { logger } from "@/lib/logging/logger";
import { maskText } from "@/lib/logging/mask-text";
import { maskedTarget } from "./masked-target";
import { insertRequests, type LoggedRow, noteKeyUse } from "./request-log-store";

/** A request of the integration API and its answer, as the boundary has them: not masked yet. */
export type AnsweredRequest = Readonly<{
  requestId: string;
  key: Pick<StoredApiKey, "id" | "merchantId" | "mode">;
  /** Whether the signature was right and the nonce fresh: only then was the key used. */
  accepted: boolean;
  /** When it came: the database's clock, Unix seconds. */
  at: number;
  method: string;
  /** Path and query. */
  target: string;
  params: Readonly<Record<string, string | string[] | undefined>>;
  status: number;
  errorCode: string | null;
  durationMs: number;
  idempotencyKey: string | null;
  ip: string | null;
  userAgent: string | null;
}>;

/** More than this is not kept when the database is away: the log must not take the server's memory. */
const KEPT_MAX = 10_000;
/** Of it for one key, so that a busy one does not crowd the others out. */
const KEPT_OF_KEY_MAX = 2_500;
/** Refusals of one key that are kept in a minute: refused calls have no limit of their own, and may be a stranger's. */
const REFUSED_OF_KEY_MAX = 60;
const WRITTEN_AT_ONCE_MAX = 500;
/** SQLSTATE classes that say that the data itself is wrong. */
const BAD_DATA = /^2[23]/;

/**
 * Keeps answered requests in memory until `flush` writes them, so that no request waits for its log. What has not been written
 * when the process dies is lost; the log is not the truth about anything.
 */
export class RequestLog {
  #waiting: AnsweredRequest[] = [];
  readonly #waitingOf = new Map<string, number>();
  #refused = { minute: 0, of: new Map<string, number>() };
  #dropped = 0;
  #droppedRefusals = 0;

  add(request: AnsweredRequest): void {
    const { id } = request.key;
    const held = this.#waitingOf.get(id) ?? 0;
    if (isRefusal(request) && !this.#takeRefusal(request)) {
      this.#droppedRefusals += 1;
    } else if (this.#waiting.length >= KEPT_MAX || held >= KEPT_OF_KEY_MAX) {
      this.#dropped += 1;
    } else {
      this.#waiting.push(request);
      this.#waitingOf.set(id, held + 1);
    }
  }

  /** By the database's minutes. What comes late counts in the newest. */
  #takeRefusal({ key, at }: AnsweredRequest): boolean {
    const minute = Math.floor(at / 60);
    if (minute > this.#refused.minute) this.#refused = { minute, of: new Map() };
    const count = (this.#refused.of.get(key.id) ?? 0) + 1;
    this.#refused.of.set(key.id, count);
    return count <= REFUSED_OF_KEY_MAX;
  }

  #sayWhatWasDropped(): void {
    const [dropped, refusals] = [this.#dropped, this.#droppedRefusals];
    [this.#dropped, this.#droppedRefusals] = [0, 0];
    if (dropped > 0) logger.warn({ dropped }, "the request log was full; requests are missing in it");
    if (refusals > 0)
      logger.warn({ dropped: refusals }, "keys had many refused requests; some are not in the request log");
  }

  #remove(count: number): void {
    for (const { key } of this.#waiting.slice(0, count)) {
      const left = (this.#waitingOf.get(key.id) ?? 0) - 1;
      if (left > 0) this.#waitingOf.set(key.id, left);
      else this.#waitingOf.delete(key.id);
    }
    this.#waiting = this.#waiting.slice(count);
  }

  /**
   * Writes one batch. True where more is waiting. What cannot be written now stays, and the error is thrown; what the database
   * will never take is dropped, so that it does not keep out what comes after it.
   */
  async flush(client: DatabaseClient): Promise<boolean> {
    this.#sayWhatWasDropped();
    const batch = this.#waiting.slice(0, WRITTEN_AT_ONCE_MAX);
    if (batch.length === 0) return false;
    try {
      await transact(client, systemContext("request-log"), async (tx) => {
        await insertRequests(tx, batch.flatMap(toRowOrNothing));
        await noteKeyUse(tx, lastUses(batch));
      });
    } catch (error) {
      if (!BAD_DATA.test(databaseErrorCode(error) ?? "")) throw error;
      logger.error({ err: error, dropped: batch.length }, "requests could not be logged");
    }
    this.#remove(batch.length);
    return this.#waiting.length > 0;
  }
}

/** Without a right signature, or beyond a limit. */
function isRefusal({ accepted, status }: AnsweredRequest): boolean {
  return !accepted || status === 429;
}

/** One that no row can be made of is dropped: it must not keep out the others. */
function toRowOrNothing(request: AnsweredRequest): LoggedRow[] {
  try {
    return [toRow(request)];
  } catch (error) {
    logger.error({ err: error, dropped: 1 }, "a request could not be logged");
    return [];
  }
}

function toRow({ key, target, params, idempotencyKey, errorCode, ...request }: AnsweredRequest): LoggedRow {
  const { requestId: id, method, status, durationMs, ip, userAgent, at } = request;
  return {
    ...{ id, merchant_id: key.merchantId, mode: key.mode, api_key_id: key.id, method, status, ip, at },
    ...maskedTarget(target, params),
    error_code: errorCode,
    duration_ms: durationMs,
    idempotency_key: idempotencyKey === null ? null : maskText(idempotencyKey).slice(0, 255),
    user_agent: userAgent,
  };
}

function lastUses(batch: readonly AnsweredRequest[]): { id: string; at: number }[] {
  const uses = new Map<string, number>();
  for (const { key, accepted, at } of batch) if (accepted) uses.set(key.id, Math.max(at, uses.get(key.id) ?? 0));
  return [...uses].map(([id, at]) => ({ id, at }));
}

// On the global object: a bundler loads this module once for each entry point, and the loop that flushes is in another.
const holder = globalThis as typeof globalThis & { countinghouseRequestLog?: RequestLog };

/** This process's own. */
export function requestLog(): RequestLog {
  holder.countinghouseRequestLog ??= new RequestLog();
  return holder.countinghouseRequestLog;
}
