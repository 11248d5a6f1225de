import { createHash } from "node:crypto";

/** What is looked for: the numbers of cards, and the codes on their backs. */
export type CardSecrets = Readonly<{ numbers: readonly string[]; codes: readonly string[] }>;

/** Which of the secrets are in a text, each once, as "4242…4242 in base64" or "code 079". Bytes are given as Latin-1 text. */
export const tracesIn = (text: string, { numbers, codes }: CardSecrets): readonly string[] => [
  ...numbersIn(text, numbers),
  ...codesIn(text, codes),
];

/** Which numbers are there, in any form in which one is written down or kept without being sealed. */
export const numbersIn = (text: string, numbers: readonly string[]): readonly string[] =>
  search(text, numbers, (number) => ({ ...writtenForms(number), ...digestForms(number) }));

/** Which numbers are written down there: without their digests, for the hundreds of megabytes of a database's own files. */
export const writtenNumbersIn = (text: string, numbers: readonly string[]): readonly string[] =>
  search(text, numbers, writtenForms);

function search(text: string, numbers: readonly string[], formsOf: (number: string) => Forms): readonly string[] {
  return numbers.flatMap((number) =>
    Object.entries(formsOf(number)).flatMap(([form, needles]) =>
      needles.some((needle) => text.includes(needle)) ? [`${maskOf(number)} ${form}`] : [],
    ),
  );
}

/**
 * Three digits are in every log by chance. So a code is found where it stands by itself, which no time, amount or id does
 * where it begins with a zero, and whatever digits stand beside the name of such a code.
 */
function codesIn(text: string, codes: readonly string[]): readonly string[] {
  const alone = codes.filter((code) => standsAlone(code).test(text)).map((code) => `code ${code}`);
  return [...alone, ...(NAMED_CODE.test(text) ? ["digits named as a code"] : [])];
}

const NAMED_CODE = /(?:cvc|cvv|security.?code)2?["'\\\s:=>,]{1,8}\d{3,4}(?!\d)/i;
const standsAlone = (code: string) => new RegExp(`(?<![\\w.+/=%-])${code}(?![\\w+/=%-])`);
const maskOf = (number: string) => `${number.slice(0, 4)}…${number.slice(-4)}`;

/** The last are the space that does not break, in Latin-1 and in UTF-8. */
const SEPARATORS = [" ", "-", "+", "%20", ".", "\u00a0", "\u00c2\u00a0"];

type Forms = Readonly<Record<string, readonly string[]>>;

function writtenForms(number: string): Forms {
  const groups = number.length === 15 ? /^(\d{4})(\d{6})(\d{5})$/ : /^(\d{4})(\d{4})(\d{4})(\d+)$/;
  const parts = (groups.exec(number) ?? []).slice(1);
  return {
    plain: [number],
    "in groups": SEPARATORS.map((separator) => parts.join(separator)),
    "in hex": [Buffer.from(number).toString("hex")],
    "in base64": base64Of(number),
    "in UTF-16": [Buffer.from(number, "utf16le").toString("latin1")],
  };
}

/** Who has a list of all numbers has undone these in minutes. */
function digestForms(number: string): Forms {
  const digests = ["md5", "sha1", "sha256", "sha512"].map((name) => createHash(name).update(number).digest());
  return {
    "as a digest": digests.flatMap((digest) => [
      digest.toString("latin1"),
      digest.toString("hex"),
      digest.toString("base64").replace(/=+$/, ""),
      digest.toString("base64url"),
    ]),
  };
}

/** As it is within something longer: it may begin at each of three places of a group, and its ends mix with what is beside it. */
function base64Of(number: string): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.from("0".repeat(before) + number)
      .toString("base64")
      .replace(/=+$/, "");
    const from = Math.ceil((before * 8) / 6);
    const until = Math.floor(((before + number.length) * 8) / 6);
    return whole.slice(from, until);
  });
}
