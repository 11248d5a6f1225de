/**
 * The zeros of the digit sets that people here can type: ASCII, Arabic-Indic and its eastern form, the nine scripts
 * of Indian keyboards (Devanagari to Malayalam) and full width. Each set is ten code units in order.
 */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xff10] as const;

const codeUnit = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`;

/** The inside of a regular expression's character class that matches each digit `toAsciiDigits` understands. */
export const DIGIT_CLASS = ZEROS.map((zero) => `${codeUnit(zero)}-${codeUnit(zero + 9)}`).join("");

const FOREIGN_DIGIT = new RegExp(`(?![0-9])[${DIGIT_CLASS}]`, "g");

/** Rewrites full-width and Indian or Arabic script digits as ASCII; every other character stays. Length is kept. */
export function toAsciiDigits(text: string): string {
  return text.replace(FOREIGN_DIGIT, (character) => {
    const code = character.charCodeAt(0);
    const zero = ZEROS.findLast((candidate) => candidate <= code) ?? code;
    return String(code - zero);
  });
}
