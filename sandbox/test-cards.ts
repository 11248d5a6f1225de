export type DeclineCode =
  | "card_declined"
  | "insufficient_funds"
  | "expired_card"
  | "incorrect_cvc"
  | "processing_error";

/** How an answer travels; everything but `at_once` and `late` loses it on the way. */
export type Delivery = "at_once" | "late" | "never" | "server_error" | "reset" | "half_json";

export type CardBehaviour = Readonly<{
  decline: DeclineCode | null;
  /** The first calls with a key that do nothing at all, and what their sender gets. */
  idleCalls: Readonly<{ count: number; delivery: "never" | "server_error" }> | null;
  /** How the answer of the call that charged travels; repeats with its key are answered at once. */
  charge: Delivery;
  /** The same for a refund of the charge. */
  refund: Delivery;
  /** How the charge is called back: once, or as a swarm of 20 at once, one of them out of order. */
  callbacks: "once" | "swarm";
}>;

const APPROVES: CardBehaviour = {
  decline: null,
  idleCalls: null,
  charge: "at_once",
  refund: "at_once",
  callbacks: "once",
};

const TEST_CARDS: ReadonlyMap<string, CardBehaviour> = new Map([
  ["4242424242424242", APPROVES],
  ["5555555555554444", APPROVES],
  ["2223003122003222", APPROVES],
  ["378282246310005", APPROVES],
  ["6521500000000006", APPROVES],
  ["4000000000000002", { ...APPROVES, decline: "card_declined" }],
  ["4000000000009995", { ...APPROVES, decline: "insufficient_funds" }],
  ["4000000000000069", { ...APPROVES, decline: "expired_card" }],
  ["4000000000000127", { ...APPROVES, decline: "incorrect_cvc" }],
  ["4000000000000119", { ...APPROVES, decline: "processing_error" }],
  ["4000000000009011", { ...APPROVES, charge: "never" }],
  ["4000000000009029", { ...APPROVES, idleCalls: { count: 1, delivery: "never" } }],
  ["4000000000009037", { ...APPROVES, charge: "server_error" }],
  ["4000000000009045", { ...APPROVES, idleCalls: { count: 2, delivery: "server_error" } }],
  ["4000000000009052", { ...APPROVES, charge: "late" }],
  ["4000000000009060", { ...APPROVES, charge: "reset" }],
  ["4000000000009078", { ...APPROVES, charge: "half_json" }],
  ["4000000000009086", { ...APPROVES, refund: "never" }],
  ["4000000000009094", { ...APPROVES, callbacks: "swarm" }],
]);

/**
 * What a card does. Numbers outside the table are approved; one that fails Luhn is no card and is declined,
 * except UnionPay's (62, 81), which need not pass it.
 */
export function behaviourOf(number: string): CardBehaviour {
  const listed = TEST_CARDS.get(number);
  if (listed !== undefined) return listed;
  const isCard = passesLuhn(number) || number.startsWith("62") || number.startsWith("81");
  return isCard ? APPROVES : { ...APPROVES, decline: "card_declined" };
}

/** ISO/IEC 7812-1 annex B check digit, over a string of digits. */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place += 1) {
    const digit = Number(number[number.length - 1 - place]);
    const weighted = place % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
