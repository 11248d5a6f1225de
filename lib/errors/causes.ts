/** Deeper than any wrapper goes. It also ends a chain of causes that bites its own tail. */
const DEEPEST = 10;

/** An error, its cause, that one's cause and so on. */
export function* causesOf(error: unknown): Generator<Error> {
  let cause = error;
  for (let depth = 0; depth < DEEPEST && cause instanceof Error; depth += 1) {
    yield cause;
    cause = cause.cause;
  }
}
