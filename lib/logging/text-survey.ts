/** What one pass over a text saw; each true means "worth a closer look", each false "nothing of that kind is here". */
export type TextSurvey = Readonly<{
  /** Enough digits near one another for a card number or an Aadhaar number. */
  longNumber: boolean;
  /** Three digits in a row: a CVC, a one-time code. */
  shortNumber: boolean;
  /** Four digits and a letter, with which an Indian PAN ends. */
  taxId: boolean;
  /** `=` or `:`, which may stand between a name and its value. */
  pair: boolean;
  at: boolean;
  percent: boolean;
  /** A control or bidirectional character, or a line separator. */
  control: boolean;
}>;

const BREAK = 0;
const DIGIT = 1;
const SEPARATOR = 2;
const PAIR = 3;
const AT = 4;
const PERCENT = 5;
const CONTROL = 6;
const LETTER = 7;

/** An Aadhaar number; card numbers are longer. */
const SHORTEST_LONG_NUMBER = 12;
const SHORTEST_SHORT_NUMBER = 3;
const TAX_ID_DIGITS = 4;

const KINDS = new Uint8Array(128);
for (let code = 0; code < KINDS.length; code += 1) KINDS[code] = kindOf(String.fromCharCode(code), code);

function kindOf(character: string, code: number): number {
  if (character >= "0" && character <= "9") return DIGIT;
  if (" \t+-.".includes(character)) return SEPARATOR;
  if (character === "=" || character === ":") return PAIR;
  if (character === "@") return AT;
  if (character === "%") return PERCENT;
  if (/[a-z]/i.test(character)) return LETTER;
  return (code < 0x20 && character !== "\n") || code === 0x7f ? CONTROL : BREAK;
}

/**
 * Reads a text once, so that the scanners, which cost ten times as much, run only on the few texts that need them.
 * It may raise a false alarm, never miss: outside ASCII every character counts as a digit, a separator and a control.
 */
export function surveyText(text: string): TextSurvey {
  let all = 0;
  let near = 0;
  let row = 0;
  let longNumber = false;
  let shortNumber = false;
  let taxId = false;
  let pair = false;
  let at = false;
  let percent = false;
  let control = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const kind = code < 128 ? KINDS[code] : DIGIT;
    if (kind === DIGIT) {
      all += 1;
      near += 1;
      row += 1;
      if (near >= SHORTEST_LONG_NUMBER) longNumber = true;
      if (row >= SHORTEST_SHORT_NUMBER) shortNumber = true;
      if (code >= 128) control = true;
      continue;
    }
    if (row === TAX_ID_DIGITS && kind === LETTER) taxId = true;
    row = 0;
    if (kind !== SEPARATOR) near = 0;
    if (kind === PAIR) pair = true;
    else if (kind === AT) at = true;
    else if (kind === PERCENT) percent = true;
    else if (kind === CONTROL) control = true;
  }
  // A percent-encoded separator has letters in it, so there the distance between digits says nothing.
  if (percent && all >= SHORTEST_LONG_NUMBER) longNumber = true;
  return { longNumber, shortNumber, taxId, pair, at, percent, control };
}
