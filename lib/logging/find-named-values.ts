import { classifyField, type FieldClass, isHidden } from "./field-names";
import { type Finding, MASKED } from "./finding";

/** A name, what may close it (`"password":`, `(phone)=`), `=` or `:`, and what may open the value. */
const NAME_AND_SIGN = /(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{2,})[\\"')\]]{0,3}\s{0,3}(?:=>|=|:)\s{0,3}([\\"'(]{0,3})/g;
/** A password may hold a comma or a bracket; at its end they more likely belong to the text around. */
const UNTIL_BLANK = /[^\s&"'<>\\]*[^\s&"'<>\\,;.)}\]]/y;
const UNTIL_DELIMITER = /[^\s&;,"'<>)}\\]+/y;
const UNTIL_LINE_END = /[^\r\n]+/y;
const UNTIL_DOUBLE_QUOTE = /(?:[^"\\]|\\[\s\S])+/y;
const UNTIL_SINGLE_QUOTE = /(?:[^'\\]|\\[\s\S])+/y;
/** Inside JSON that is itself a JSON string, each quote has a backslash before it. */
const UNTIL_ESCAPED_QUOTE = /[^"'\\]+/y;
/** What follows the closing bracket at once belongs to it: a password may begin with a bracket. */
const LIST = /(?:\[[^\]]*\]?|\{[^}]*\}?)[^\s&"'<>\\,;.)}\]]*/y;
/** Their values have spaces and semicolons of their own. */
const WHOLE_LINE = /^(?:proxy-?)?authorization$|cookie/i;

const TELLS_NOTHING = /^(?:true|false|null|undefined)$/;

/** Values that a name gives away: `password=…` in a query string, `"cvc":"…"` in a piece of JSON. */
export function findNamedValues(text: string): Finding[] {
  const found: Finding[] = [];
  NAME_AND_SIGN.lastIndex = 0;
  for (let match = NAME_AND_SIGN.exec(text); match !== null; match = NAME_AND_SIGN.exec(text)) {
    const [, name = "", opener = ""] = match;
    const fieldClass = classifyField(name);
    if (fieldClass === "plain" || fieldClass === "email" || fieldClass === "number") continue;
    const start = NAME_AND_SIGN.lastIndex;
    const value = valueAt(text, start, { name, fieldClass, opener });
    if (value.endsWith(MASKED) || TELLS_NOTHING.test(value) || !isHidden(fieldClass, value)) continue;
    const end = start + value.length;
    found.push({ start, end, text: MASKED });
    NAME_AND_SIGN.lastIndex = end;
  }
  return found;
}

type Context = Readonly<{ name: string; fieldClass: FieldClass; opener: string }>;

function valueAt(text: string, start: number, context: Context): string {
  const pattern = valuePattern(text.charAt(start), context);
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0] ?? "";
}

function valuePattern(first: string, { name, fieldClass, opener }: Context): RegExp {
  if (first === "[" || first === "{") return LIST;
  if (opener.includes("\\")) return UNTIL_ESCAPED_QUOTE;
  if (opener.endsWith('"')) return UNTIL_DOUBLE_QUOTE;
  if (opener.endsWith("'")) return UNTIL_SINGLE_QUOTE;
  if (WHOLE_LINE.test(name)) return UNTIL_LINE_END;
  return fieldClass === "code" || opener.endsWith("(") ? UNTIL_DELIMITER : UNTIL_BLANK;
}

/** "Your code is 123456", "CVC 123", "OTP 482 913". An error's or a country's code is none. */
const SPOKEN_CODE =
  /(?:\b(?:otp|totp|passcode|pin)|(?<!\b(?:status|error|exit|country|http|sqlstate|currency|postal|zip)[ _-])\bcode)(?:\s+(?:is|was|of))?[\s:=#"'-]{1,3}(\d(?:[ -]?\d){3,9})(?!\d)/gi;
const SPOKEN_CVC = /\b(?:cvc2?|cvv2?|csc|security code)(?:\s+(?:is|was|of))?[\s:=#"'-]{1,3}(\d{3,4})(?!\d)/gi;
const SPOKEN_HINT = /otp|code|pin|cv[cv]|csc/i;

/** One-time codes and card codes that a sentence gives away. */
export function findSpokenCodes(text: string): Finding[] {
  if (!SPOKEN_HINT.test(text)) return [];
  return [...text.matchAll(SPOKEN_CODE), ...text.matchAll(SPOKEN_CVC)].map((match) => {
    const end = match.index + match[0].length;
    return { start: end - (match[1]?.length ?? 0), end, text: MASKED };
  });
}

/** What Drizzle writes after the statement into the message of a failed query, and V8 into the stack before its frames. */
const STATEMENT_VALUES = "\nparams: ";
const FIRST_FRAME = "\n    at ";

/** The values of a failed statement. They come without names, so none of them is shown. */
export function findStatementValues(text: string): Finding[] {
  const statement = text.indexOf("Failed query:");
  if (statement < 0) return [];
  const label = text.indexOf(STATEMENT_VALUES, statement);
  if (label < 0) return [];
  const start = label + STATEMENT_VALUES.length;
  const frames = text.indexOf(FIRST_FRAME, start);
  const end = frames < 0 ? text.length : frames;
  return end === start ? [] : [{ start, end, text: MASKED }];
}
