/**
 * What a field's name says about its value.
 * - `secret`: masked, whatever it holds.
 * - `identifier`: masked unless the value is a public id of ours (`token: "tok_…"`, `x-api-key: key_test_…`); what is
 *   inside an object of that name (`session: { id, user }`) is judged by its own names.
 * - `email`: shown as `a•••@example.com`.
 * - `code`: masked when it looks like a one-time code; `card_declined` stays.
 * - `number`: masked inside an object that describes a card.
 */
export type FieldClass = "plain" | "secret" | "identifier" | "email" | "code" | "number";

/** Unmistakable wherever they occur in a name, so that `newpassword` and `accesstoken` need no separator. */
const STEMS =
  /passw(?:or)?d|passphrase|passcode|secret|token(?!i[sz])|cookie|authori[sz]ation|credential|signature|session|pepper|csrf|aadhaa?r|phone|otpauth|cardholder|(?:api|private|master|signing|encryption|access)key|(?:card|account|mobile)number|(?:security|verification|recovery|backup|onetime|access|auth|card|sms|mfa)code|tax(?:id|number)/;

/** Short words that mean a secret only when they stand alone: `pin`, but not `shipping`. */
const WORDS = new Set(
  "pwd pin pins otp otps totp hotp pan cvc cvv csc cav jwt sig mobile msisdn tel ssn bearer".split(" "),
);

/** A last word that turns the name into a fact about the secret: `password_changed_at`, `session_count`. */
const FACTS = new Set(
  "at on count type kind length enabled required verified valid invalid missing malformed attempts ttl seconds ms minutes reason policy method name status version expires expiry limit max min remaining brand kid algorithm".split(
    " ",
  ),
);

const IDENTIFIERS = /token|session|apikey|authori[sz]ation|id$/;
const NEVER_IDENTIFIERS = /secret|passw|cookie|hash|csrf|taxid/;
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
const LONGEST_NAME = 128;
const CACHE_LIMIT = 2_000;

const cache = new Map<string, FieldClass>();

/** Classifies a name whatever its style: `cardNumber`, `card_number`, `Card-Number`, `CARD NUMBER`. */
export function classifyField(name: string): FieldClass {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const found = classify(name.slice(-LONGEST_NAME));
  // Names come from input too: a full cache is dropped rather than grown.
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(name, found);
  return found;
}

function classify(name: string): FieldClass {
  const words = name.match(WORD)?.map((word) => word.toLowerCase()) ?? [];
  const last = words.at(-1);
  if (last === undefined) return "plain";
  const joined = words.join("");
  if (FACTS.has(last) || joined.endsWith("last4")) return "plain";
  if (STEMS.test(joined) || words.some((word) => WORDS.has(word))) {
    return IDENTIFIERS.test(joined) && !NEVER_IDENTIFIERS.test(joined) ? "identifier" : "secret";
  }
  if (joined.includes("email")) return "email";
  if (joined === "code" || joined === "codes") return "code";
  return last === "number" || last === "num" || last === "no" ? "number" : "plain";
}

/** Ids as `lib/ids` makes them, and UUIDs. A session token or an API secret has another length or alphabet. */
const PUBLIC_ID =
  /^(?:[a-z]{3}_(?:test_|live_)?[0-7][0-9a-hjkmnp-tv-z]{25}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const ONE_TIME_CODE = /^\d(?:[ -]?\d){3,9}$/;
const SMALL_COUNT = /^\d{1,3}$/;

/** Whether a value is too secret to show under a name of that class. An empty value tells nothing. */
export function isHidden(fieldClass: FieldClass, value: string | number | bigint): boolean {
  const text = String(value);
  if (text === "") return false;
  switch (fieldClass) {
    case "secret":
      return true;
    case "identifier":
      return !PUBLIC_ID.test(text) && !SMALL_COUNT.test(text);
    case "email":
      return !text.includes("@");
    case "code":
      return ONE_TIME_CODE.test(text);
    case "number":
    case "plain":
      return false;
  }
}
