import { findCardNumbers } from "./find-card-numbers";

/** As often as a text may be escaped over again. */
const DEEPEST = 3;

/**
 * Whether a text holds a card number, also one of which the digits themselves are percent-encoded, once or over again: whoever
 * reads the text can undo that, so it may be stored as little as the number.
 */
export function holdsCardNumber(text: string): boolean {
  let reading = text;
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    if (findCardNumbers(reading).length > 0) return true;
    const read = unescaped(reading);
    if (read === reading) return false;
    reading = read;
  }
  return false;
}

function unescaped(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8"),
  );
}
