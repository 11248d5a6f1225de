import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sql } from "postgres";
import { z } from "zod";
import { type CardSecrets, tracesIn, writtenNumbersIn } from "../../scripts/card-traces/card-traces";
import { dumpDatabase } from "../../scripts/card-traces/dump-database";
import { readFolder } from "../../scripts/card-traces/read-folder";
import { CARD_SECRETS, CARDS, CVC, PLANTED } from "../fixtures/cards";
import { demoFilePath } from "../fixtures/demo";
import { expect, test } from "../fixtures/test";

/** All that the acquirer was sent. */
const REQUESTS = "acquirer-requests.jsonl";
const dataDir = () => dirname(demoFilePath());

test.describe.configure({ mode: "serial", timeout: 180_000 });

/** In every table, as "table: trace". */
async function tracesInDatabase(sql: Sql, secrets: CardSecrets): Promise<string[]> {
  const found = new Set<string>();
  for await (const { table, text } of dumpDatabase(sql)) {
    for (const trace of tracesIn(text, secrets)) found.add(`${table}: ${trace}`);
  }
  return [...found];
}

/**
 * In every file that the demo has: the logs of all its processes, what it has sent, the acquirer's books, and the files of
 * the database as they are, with what has been deleted and the log of all writes. Three digits are in those by chance.
 */
function tracesInFiles(secrets: CardSecrets): string[] {
  return [...readFolder(dataDir())]
    .filter(({ path }) => path !== REQUESTS)
    .flatMap(({ path, text }) => {
      const traces = path.startsWith("postgres/") ? writtenNumbersIn(text, secrets.numbers) : tracesIn(text, secrets);
      return traces.map((trace) => `${path}: ${trace}`);
    });
}

test("control: what is put into a table, a log or the database's own files is found", async ({
  ownerDatabase: sql,
}) => {
  const { number, code } = PLANTED;
  const log = join(dataDir(), "logs", "planted.log");
  const secrets = { numbers: [number], codes: [code] };
  await sql`create table planted (note text, document jsonb, bytes bytea, number numeric)`;
  try {
    await sql`insert into planted (note) values (${code})`;
    await sql`insert into planted (document) values (${sql.json({ cvc: code, deep: [{ q: spacedOut(number) }] })})`;
    await sql`insert into planted (bytes) values (${Buffer.from(number)})`;
    await sql`insert into planted (number) values (${number})`;
    writeFileSync(log, JSON.stringify({ level: 30, card: Buffer.from(`a${number}`).toString("base64"), cvc: code }));
    const inDatabase = await tracesInDatabase(sql, secrets);
    const mask = "4012…1881";
    expect(inDatabase.sort()).toEqual(
      [`${mask} plain`, `${mask} in groups`, `${mask} in hex`, `code ${code}`, "digits named as a code"]
        .map((trace) => `public.planted: ${trace}`)
        .sort(),
    );
    await sql`delete from planted`;
    const inFiles = tracesInFiles(secrets);
    expect(inFiles).toContain(`logs/planted.log: ${mask} in base64`);
    expect(inFiles).toContain(`logs/planted.log: code ${code}`);
    expect(inFiles, "deleted, and still in the log of writes").toContainEqual(
      expect.stringMatching(/^postgres\/pg_wal\/.* plain$/),
    );
  } finally {
    await sql`drop table planted`;
    rmSync(log, { force: true });
  }
});

const spacedOut = (number: string) => number.replace(/(\d{4})(?=\d)/g, "$1 ");

test("card-data.nowhere: no number and no code of a card that was used is in any table", async ({ ownerDatabase }) => {
  expect(await tracesInDatabase(ownerDatabase, CARD_SECRETS)).toEqual([]);
});

test("card-data.nowhere: nor in any log, message or file of the demo's, the acquirer's or the database's", async () => {
  expect(tracesInFiles(CARD_SECRETS)).toEqual([]);
});

test("card-data.acquirer: it was sent each number and the code, where they belong, and nowhere else", async () => {
  const path = join(dataDir(), REQUESTS);
  test.skip(!existsSync(path), "the demo was started without SANDBOX_REQUEST_LOG");
  const [numbers, codes, elsewhere] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const line of readFileSync(path, "utf8").trimEnd().split("\n")) {
    const { card, rest } = withoutCard(line);
    if (card !== null) numbers.add(card.number);
    if (card?.cvc) codes.add(card.cvc);
    for (const trace of tracesIn(rest, CARD_SECRETS)) elsewhere.add(trace);
  }
  const { mistyped, rupay, ...charged } = CARDS; // one is refused before it is sent, one is kept and never charged
  expect([...numbers].sort()).toEqual(expect.arrayContaining(Object.values(charged).sort()));
  expect(CARD_SECRETS.numbers).toEqual(expect.arrayContaining([...numbers]));
  expect(codes).toContain(CVC);
  expect(CARD_SECRETS.codes).toEqual(expect.arrayContaining([...codes]));
  expect([...elsewhere]).toEqual([]);
});

const sentLine = z.object({ method: z.string(), url: z.string(), body: z.string().optional() }).loose();
const charge = z.object({ card: z.object({ number: z.string() }).loose(), cvc: z.string().nullish() }).loose();

/** The number and the code in a request for a charge, and the request without them. */
function withoutCard(line: string) {
  const { method, url, body, ...head } = sentLine.parse(JSON.parse(line));
  if (method !== "POST" || url !== "/v1/charges" || body === undefined) return { card: null, rest: line };
  const { card, cvc, ...order } = charge.parse(JSON.parse(body));
  const { number, ...expiry } = card;
  return { card: { number, cvc }, rest: JSON.stringify({ method, url, ...head, ...order, ...expiry }) };
}
