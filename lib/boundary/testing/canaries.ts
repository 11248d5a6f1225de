import { isLuhnValid } from "@/lib/sensitive/luhn";
import { isVerhoeffValid } from "@/lib/sensitive/verhoeff";
import { numbersIn } from "@/scripts/card-traces/card-traces";

/** `names` are those of the fields that are for it: what was sent in one of them is nowhere in the open. */
export type Canary = Readonly<{
  kind: string;
  text: string;
  names: RegExp | null;
  isIn: (readings: Readings) => boolean;
}>;

/** A text in the forms in which somebody may read it: as it stands, with escapes undone, and digits of any kind as ASCII. */
type Readings = Readonly<{ plain: readonly string[]; joined: readonly string[]; raw: string }>;

const withCheckDigit = (digits: string, isValid: (number: string) => boolean) =>
  Array.from({ length: 10 }, (_, digit) => `${digits}${digit}`).find(isValid) ?? "";

const fullWidth = (digits: string) => digits.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
const grouped = (digits: string, between: string) => digits.match(/\d{4}/g)?.join(between) ?? "";
const escaped = (digits: string) => digits.replace(/\d/g, (digit) => `%3${digit}`);

/** The ways in which people, browsers and attackers write a card's number. */
const FORMS: Readonly<Record<string, (number: string) => string>> = {
  "card number": (number) => number,
  "card number, spaced": (number) => grouped(number, " "),
  "card number, dashed": (number) => grouped(number, "-"),
  "card number, full-width": fullWidth,
  "card number, URL-encoded": (number) => grouped(number, "%20"),
  "card number, each digit URL-encoded": escaped,
  "card number, full-width and URL-encoded": (number) => encodeURIComponent(fullWidth(number)),
};

const CARDS: readonly Canary[] = Object.entries(FORMS).map(([kind, write], index) => {
  const number = withCheckDigit(`45327896120${index}${index}35`, isLuhnValid);
  return {
    ...{ kind, text: write(number), names: /./ },
    isIn: ({ joined, raw }) =>
      joined.some((reading) => reading.includes(number)) || numbersIn(raw, [number]).length > 0,
  };
});

const includes =
  (text: string) =>
  ({ plain }: Readings) =>
    plain.some((reading) => reading.includes(text));
/** Digits that are few: found where they stand by themselves, as no time, amount or id does that begins with a zero. */
const standsAlone = (digits: string) => {
  const pattern = new RegExp(`(?<![\\w.+/:=%-])${digits}(?![\\w+/=%-])|["'=:]${digits}(?!\\w)`);
  return ({ plain }: Readings) => plain.some((reading) => pattern.test(reading));
};

type Secret = readonly [kind: string, text: string, isIn: (text: string) => Canary["isIn"]];
const secrets = (names: RegExp | null, ...own: Secret[]): Canary[] =>
  own.map(([kind, text, isIn]) => ({ kind, text, names, isIn: isIn(text) }));
const aadhaar = (digits: string) => withCheckDigit(digits, isVerhoeffValid);

/** What strays into fields that are for something else. Merchants may keep such text: it is in their own fields, in the open. */
const STRAY: readonly Canary[] = secrets(
  null,
  ["security code", "0836", standsAlone],
  ["password", "Kestrel-plank-7716-violet", includes],
  ["API secret", "cs_test_Zk3vQ8r0TtY5wN1xLb7uHc2mPd9sFj4a", includes],
  ["one-time code", "085296", standsAlone],
  ["Indian PAN", "CKRPM5093L", includes],
  ["Aadhaar", aadhaar("64538029176"), includes],
);

/** The same kinds, as they are sent where they belong. */
const PLACED: readonly Canary[] = [
  ...secrets(/cvc|cvv|security_?code/i, ["security code", "0917", standsAlone]),
  ...secrets(/password|^current$|^next$/i, ["password", "Marble-otter-5582-lantern", includes]),
  ...secrets(/secret|api-key|signature|authorization/i, [
    ...(["API secret", "cs_test_Qw7eRt2yUi9oPa4sDf6gHj1kLz8xCv3b", includes] as const),
  ]),
  ...secrets(/^code$|otp/i, ["one-time code", "093751", standsAlone]),
  ...secrets(/tax_?id/i, ["Indian PAN", "BNZPK4827Q", includes], ["Aadhaar", aadhaar("83217460952"), includes]),
];

export const CANARIES: readonly Canary[] = [...CARDS, ...STRAY, ...PLACED];
/** None of them may be in anything that is kept or told. */
export const NOWHERE: readonly Canary[] = [...CARDS, ...PLACED];

export type Planted = Readonly<{ kind: string; text: string; isStray: boolean }>;

const ALL_STRAY: Planted = {
  kind: "a note with secrets",
  text: STRAY.map(({ text }) => text).join("; "),
  isStray: true,
};

/**
 * What to plant in a field of this name: what belongs there first, for codes are looked at only a few times. A card's number
 * in all its forms where any text is taken, elsewhere in two of them, others with each `turn`.
 */
export function canariesFor(name: string, turn: number, takesText: boolean): readonly Planted[] {
  const cards = takesText
    ? CARDS
    : CARDS.filter((_, index) => index === 0 || index === 1 + (turn % (CARDS.length - 1)));
  const planted = (isStray: boolean, { kind, text }: Canary) => ({ kind, text, isStray });
  return [
    ...PLACED.filter(({ names }) => names?.test(name)).map((canary) => planted(false, canary)),
    ...[ALL_STRAY, ...cards.map((canary) => planted(true, canary))],
  ];
}

/** Which canaries a text holds, each with what stands around. */
export function canariesIn(text: string, canaries: readonly Canary[]): string[] {
  const readings = readingsOf(text);
  return canaries.filter(({ isIn }) => isIn(readings)).map(({ kind }) => kind);
}

function readingsOf(text: string): Readings {
  // UTF-8 that was read byte by byte, as header values are.
  const fromBytes = Buffer.from(text, "latin1").toString("utf8");
  const read = [text, ...(fromBytes === text ? [] : [fromBytes])].flatMap((reading) => [reading, unescaped(reading)]);
  const plain = [...new Set(read.map((reading) => reading.normalize("NFKC")))];
  return { plain, joined: plain.map((reading) => reading.replace(/[\s\\,._+/|()-]/g, "")), raw: text };
}

function unescaped(text: string): string {
  const once = text.replace(/(?:%(?:25)*[0-9a-f]{2})+/gi, (escapes) => {
    const bytes =
      escapes
        .replaceAll("%25", "%")
        .match(/[0-9a-f]{2}/gi)
        ?.join("") ?? "";
    return Buffer.from(bytes, "hex").toString("utf8");
  });
  return once;
}
