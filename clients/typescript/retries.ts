/** When another try makes sense, and after how long. */
export type Answered = Readonly<{ status: number; code: string | undefined; retryAfter: string | null }>;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;

/** Answers that say "not now". A proxy in between says 502 or 504: the call may have arrived, and its key makes it safe. */
const NOT_NOW: readonly number[] = [429, 502, 503, 504];

export function isWorthAnotherTry({ status, code }: Answered): boolean {
  return NOT_NOW.includes(status) || (status === 409 && code === "idempotency_key_in_use");
}

/** What the server asks for, else twice as long as before; never all clients at the same moment. `random` is from 0 to 1. */
export function pauseMs(tries: number, retryAfter: string | null, random: number): number {
  const asked = Number(retryAfter);
  if (retryAfter !== null && Number.isFinite(asked) && asked >= 0) return asked * 1000 + random * FIRST_PAUSE_MS;
  const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
  return most / 2 + (random * most) / 2;
}
