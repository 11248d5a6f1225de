import type { Finding } from "./finding";

const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const ESCAPE_LENGTH = 3;

/** A text with its percent-escapes decoded, and where each of its characters stood before. */
export type PercentView = Readonly<{ text: string; restore: (finding: Finding) => Finding }>;

/**
 * What a reader of a URL sees: `%EF%BC%94` is a full-width 4, and `password%3Dx` a name and a value.
 * Null where nothing is encoded. Escapes that are not UTF-8 stay as they are.
 */
export function percentView(text: string): PercentView | null {
  const starts: number[] = [];
  let decoded = "";
  let position = 0;
  const copyUntil = (end: number) => {
    for (; position < end; position += 1) {
      starts.push(position);
      decoded += text.charAt(position);
    }
  };
  for (const match of text.matchAll(ESCAPES)) {
    const characters = decodeEscapes(match[0]);
    if (characters === null) continue;
    copyUntil(match.index);
    for (const character of characters) {
      for (let unit = 0; unit < character.length; unit += 1) starts.push(position);
      decoded += character;
      position += Buffer.byteLength(character) * ESCAPE_LENGTH;
    }
  }
  if (position === 0) return null;
  copyUntil(text.length);
  starts.push(text.length);
  const original = (index: number) => starts[index] ?? text.length;
  return {
    text: decoded,
    restore: (finding) => ({ ...finding, start: original(finding.start), end: original(finding.end) }),
  };
}

function decodeEscapes(escapes: string): string | null {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return null;
  }
}
