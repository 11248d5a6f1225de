import fc from "fast-check";
import type { DocumentedCall, Json } from "./document";
import { broken, fromSchema, type Hints } from "./from-schema";

/** One call, made up. `nth` chooses among the ids that were answered so far. */
export type FuzzCall = Readonly<{
  call: DocumentedCall;
  nth: number;
  /** Sent in place of an id, if it is not null. */
  strangeId: string | null;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
  rawBody: string | null;
  key: string | null;
}>;

const QUICK_CARDS = ["4242424242424242", "378282246310005", "6521500000000006", "4000000000000002", "4000000000009995"];
/** With a zero in front, so that the e2e tests can look for them afterwards: no number of a log has one. */
const CODES = ["079", "0417"];
/** Addresses that nobody has to be asked about, so that nothing of a run leaves this machine. */
const URLS = [
  "http://127.0.0.1:9/hook",
  "https://[::1]/a?b=c",
  "http://169.254.169.254/",
  "ftp://127.0.0.1/",
  "https://a:b@127.0.0.1",
];

/** `{"$id": "tok"}` stands for an id that was answered: it is put in when the call is sent. */
export const ID_OF = "$id";
const knownId = (prefix: string) => fc.constant({ [ID_OF]: prefix });

const HINTS: Hints = {
  number: fc.constantFrom(...QUICK_CARDS),
  exp_year: fc.constantFrom(2040, 2060),
  cvc: fc.constantFrom(...CODES),
  card: knownId("tok"),
  customer: knownId("cus"),
  amount: fc.constantFrom("1", "12.50", "0.01", "999999999999", "1.234"),
  currency: fc.constantFrom("INR", "usd", "JPY", "KWD", "XXX"),
  url: fc.constantFrom(...URLS),
  tax_id: fc.constant("ABCDE1234F"),
};

const WEIRD = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom("pay_", "..", "%2e%2e", "tok_00000000000000000000000000"),
);

/** Some calls in a row, of every kind that the document tells of. */
export function storiesOf(calls: readonly DocumentedCall[], length: number): fc.Arbitrary<FuzzCall[]> {
  return fc.array(fc.oneof(...calls.map(callBy)), { minLength: length, maxLength: length });
}

function callBy(call: DocumentedCall): fc.Arbitrary<FuzzCall> {
  const asTold = call.body === null ? fc.constant(undefined) : fromSchema(call.body, HINTS);
  const body =
    call.body === null ? asTold : fc.oneof({ weight: 3, arbitrary: asTold }, { weight: 2, arbitrary: broken(asTold) });
  const rawBody = fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom("{", "[]", "null", '{"a":1,}', "")) },
  );
  return fc.record({
    call: fc.constant(call),
    nth: fc.nat(1000),
    strangeId: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: WEIRD }),
    query: queryBy(call),
    body,
    rawBody: call.body === null ? fc.constant(null) : rawBody,
    key: keyBy(call),
  });
}

function queryBy({ query }: DocumentedCall): fc.Arbitrary<Record<string, unknown>> {
  const fields = query.map(({ name, schema }): [string, fc.Arbitrary<unknown>] => [
    name,
    fc.oneof(
      { weight: 3, arbitrary: fromSchema(schema as Json, HINTS, name) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    ),
  ]);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  return fc.oneof({ weight: 8, arbitrary: known }, { weight: 1, arbitrary: fc.constant({ unknown: "1" }) });
}

/** Mostly a new one; now and then one that was used before, for a replay or for another request. */
function keyBy({ isKeyed }: DocumentedCall): fc.Arbitrary<string | null> {
  if (!isKeyed) return fc.constant(null);
  return fc.oneof(
    { weight: 8, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: fc.constantFrom("fuzz-1", "fuzz-2", "fuzz-3") },
    { weight: 1, arbitrary: fc.constantFrom(null, "4242 4242 4242 4242", "a".repeat(256)) },
  );
}
