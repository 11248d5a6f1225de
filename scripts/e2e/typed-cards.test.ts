import { join } from "node:path";
import { expect, test } from "vitest";
import { CARD_SECRETS } from "@/e2e/fixtures/cards";
import { containsCardNumber } from "@/lib/vault/card-number";
import { readFolder } from "../card-traces/read-folder";
import { ROOT } from "../root";

/** Where the numbers are listed. */
const LIST = "fixtures/cards.ts";

const DIGITS = /(?<!\w)\d(?:[ -]?\d){11,18}(?!\w)/g;
const NAMED_CODE = /cvc["'`]?\s*[:=,]\s*["'`]\d{3,4}["'`]/gi;

/** What the product takes for a card number, and what is given as a code. */
const typedIn = (text: string) => [
  ...(text.match(DIGITS) ?? []).filter(containsCardNumber),
  ...(text.match(NAMED_CODE) ?? []),
];

// The attack: a test that types a number which nobody looks for afterwards.
test("card-traces.complete: no e2e test has a card number or a security code but those of the list", () => {
  const sources = [...readFolder(join(ROOT, "e2e"))];
  expect(sources.map(({ path }) => path)).toContain(LIST);
  const strangers = sources
    .filter(({ path }) => path !== LIST)
    .flatMap(({ path, text }) => typedIn(text).map((found) => `${path}: ${found}`));
  expect(strangers).toEqual([]);
});

test("card-traces.complete: the numbers of the seed, the first payments, the fuzz and the guides' samples are listed", () => {
  const listed = CARD_SECRETS.numbers;
  const sources = ["db/seed", "scripts/demo", "scripts/fuzz", "docs/guides"].flatMap((folder) => [
    ...readFolder(join(ROOT, folder)),
  ]);
  const strangers = sources.flatMap(({ path, text }) => {
    // A table only names them.
    const sent = text.split("\n").filter((line) => !line.startsWith("|"));
    const numbers = typedIn(sent.join("\n")).filter((found) => !/^cvc/i.test(found));
    return numbers.filter((found) => !listed.includes(found.replace(/\D/g, ""))).map((found) => `${path}: ${found}`);
  });
  expect(strangers).toEqual([]);
});

test("it would see one", () => {
  expect(typedIn('fill("4000 0000 0000 0002")')).toEqual(["4000 0000 0000 0002"]);
  expect(typedIn("378282246310005")).toEqual(["378282246310005"]);
  expect(typedIn('{ cvc: "123" }')).toEqual(['cvc: "123"']);
});
