import { classifyField, type FieldClass, isHidden } from "./field-names";
import { MASKED } from "./finding";
import { LONGEST_TEXT, maskText } from "./mask-text";
import { type Entry, shapeOf } from "./object-shape";

const DEEPEST = 8;
const WIDEST = 100;
const MOST_NODES = 1_000;
const MOST_CHARACTERS = 32_768;
/** Smaller numbers cannot be a card number or an Aadhaar number. */
const SMALLEST_LONG_NUMBER = 1e11;

type Field = Readonly<{ name: string; fieldClass: FieldClass }>;
type Walk = { nodesLeft: number; charactersLeft: number; readonly path: object[]; readonly hides: boolean };

const ROOT: Field = { name: "", fieldClass: "plain" };

/**
 * A copy of any value that is fit for a log: plain JSON data in which secrets are masked, first by the names of the
 * fields, then by what stands in every text (PCI DSS 3.3, 3.5; ASVS 16.2.5). Depth, breadth and total size are bounded,
 * cycles are named, functions left out, and it never throws. Pure: the value itself is not changed.
 */
export function mask(value: unknown): unknown {
  return maskValue(value, ROOT, newWalk(true));
}

/** The same copy with nothing masked in it. Only for the test that shows what masking hides. */
export function showAll(value: unknown): unknown {
  return maskValue(value, ROOT, newWalk(false));
}

const newWalk = (hides: boolean): Walk => ({
  ...{ nodesLeft: MOST_NODES, charactersLeft: MOST_CHARACTERS, path: [], hides },
});

function maskValue(value: unknown, field: Field, walk: Walk): unknown {
  switch (typeof value) {
    case "string":
      return walk.hides && isHidden(field.fieldClass, value) ? MASKED : limitedText(value, walk);
    case "number":
    case "bigint":
      return walk.hides && isHidden(field.fieldClass, value) ? MASKED : maskNumber(value, walk);
    case "symbol":
      return limitedText(String(value), walk);
    case "object":
      return value === null ? null : maskObject(value, field, walk);
    case "function":
      return undefined;
    case "boolean":
    case "undefined":
      return value;
  }
}

function maskNumber(value: number | bigint, walk: Walk): unknown {
  if (typeof value === "number" && !(Math.abs(value) >= SMALLEST_LONG_NUMBER)) return value;
  const written = String(value);
  const masked = limitedText(written, walk);
  return masked === written && typeof value === "number" ? value : masked;
}

function limitedText(value: string, walk: Walk): string {
  if (walk.charactersLeft <= 0) return "[cut]";
  walk.charactersLeft -= Math.min(value.length, LONGEST_TEXT);
  return walk.hides ? maskText(value) : value;
}

function maskObject(value: object, field: Field, walk: Walk): unknown {
  if (walk.hides && field.fieldClass === "secret") return MASKED;
  if (walk.path.includes(value)) return "[circular]";
  if (walk.path.length >= DEEPEST || walk.nodesLeft <= 0) return "[cut]";
  walk.nodesLeft -= 1;
  walk.path.push(value);
  try {
    const shape = shapeOf(value);
    switch (shape.kind) {
      case "text":
        return maskValue(shape.text, field, walk);
      case "list":
        return maskList(shape.items, field, walk);
      case "record":
        return maskRecord(shape.entries, field, walk);
      case "stand-in":
        return maskValue(shape.value, field, walk);
    }
  } catch {
    return "[unreadable]";
  } finally {
    walk.path.pop();
  }
}

function maskList(items: Iterable<unknown>, field: Field, walk: Walk): unknown {
  const pair = Array.isArray(walk.path.at(-2)) ? namedPair(walk.path.at(-1)) : null;
  if (pair !== null) return [pair.name, maskValue(pair.value, fieldOf(pair.name), walk)];
  const masked: unknown[] = [];
  for (const item of items) {
    if (masked.length >= WIDEST) {
      masked.push("[cut]");
      break;
    }
    masked.push(maskValue(item, field, walk));
  }
  return masked;
}

/** `[["authorization", "Bearer …"]]`, as `Object.entries` makes it: the first names the second. */
function namedPair(list: unknown): { name: string; value: unknown } | null {
  if (!Array.isArray(list) || list.length !== 2) return null;
  const [name, value]: unknown[] = list;
  return typeof name === "string" && classifyField(name) !== "plain" ? { name, value } : null;
}

function maskRecord(entries: Iterable<Entry>, parent: Field, walk: Walk): unknown {
  const masked: Record<string, unknown> = {};
  let width = 0;
  for (const [name, value, override] of entries) {
    if (value === undefined) continue;
    width += 1;
    if (width > WIDEST) {
      masked["…"] = "[cut]";
      break;
    }
    const field = override === undefined ? fieldIn(walk.path.at(-1), name, parent) : { name, fieldClass: override };
    const shown = maskValue(value, field, walk);
    if (shown !== undefined) define(masked, PLAIN_NAME.test(name) ? name : limitedName(name, walk), shown);
  }
  return masked;
}

function limitedName(name: string, { hides }: Walk): string {
  return hides ? maskText(name) : name;
}

const PLAIN_NAME = /^[A-Za-z_.-]{1,64}$/;

/** `__proto__` may come from a request body: as an assignment it would change the object instead of naming a field. */
function define(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

function fieldOf(name: string): Field {
  return { name, fieldClass: classifyField(name) };
}

const ABOUT_CARDS = /card|^pan$/i;
const BESIDE_A_CARD_NUMBER = /^(?:exp|cvc|cvv|csc)/i;
const NAMING_FIELDS = ["name", "key", "field", "header"];

/** What a name means beside its neighbours: `number` next to `exp_month`, `value` next to `name: "password"`. */
function fieldIn(record: object | undefined, name: string, parent: Field): Field {
  const field = fieldOf(name);
  if (field.fieldClass === "number" && record !== undefined) {
    const isCard =
      ABOUT_CARDS.test(parent.name) || Object.keys(record).some((other) => BESIDE_A_CARD_NUMBER.test(other));
    return isCard ? { name, fieldClass: "secret" } : field;
  }
  if (name === "value" && record !== undefined) {
    const naming = NAMING_FIELDS.map((key): unknown => Reflect.get(record, key)).find(
      (text) => typeof text === "string",
    );
    if (typeof naming === "string") return { name, fieldClass: classifyField(naming) };
  }
  return field;
}
