import { z } from "zod";
import { type DeviceId, type Id, type IdPrefix, parseId, type SessionId } from "@/lib/ids/id";
import type { EndedReason, SessionRecord, SignInMethod } from "./session-store";

// What the scripts answer: JSON whose values are all texts, as Redis keeps them. An empty one stands for none.

const METHODS = ["totp", "passkey", "sms", "email", "recovery_code"] as const satisfies readonly SignInMethod[];
const REASONS = [
  ...(["replaced", "evicted", "idle", "absolute", "signed_out", "revoked"] as const),
  ...(["user_disabled", "password_changed", "factors_reset", "address_changed", "device_changed"] as const),
] as const satisfies readonly EndedReason[];

function idOf<Prefix extends IdPrefix>(prefix: Prefix) {
  return z.string().transform((text, context): Id<Prefix> => {
    const id = parseId(prefix, text);
    if (id !== null) return id;
    context.addIssue(`is no ${prefix} id`);
    return z.NEVER;
  });
}

const none = z.literal("").transform(() => null);
/** Microseconds. A `Date` has milliseconds. */
const time = z
  .string()
  .regex(/^\d{10,17}$/)
  .transform((text) => new Date(Number(text) / 1000));
const maybeText = none.or(z.string());
const reason = z.enum(REASONS);
const by = none.or(idOf("usr"));
/** Lua knows no empty list: it is an empty object in JSON. */
function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).or(z.strictObject({}).transform((): z.output<Item>[] => []));
}

const stored = z.object({
  id: idOf("ses"),
  user: idOf("usr"),
  merchant: idOf("mer"),
  ip: maybeText,
  agent: maybeText,
  device: none.or(idOf("dev")),
  method: none.or(z.enum(METHODS)),
  created: time,
  seen: time,
  expires: time,
  held: time.optional(),
  ended: time.optional(),
  reason: reason.optional(),
  by: by.optional(),
});

const endedOne = z.object({ id: idOf("ses"), merchant: idOf("mer"), reason, by });
const changed = z.object({
  changed: z
    .object({
      ...{ id: idOf("ses"), merchant: idOf("mer"), ip: maybeText.optional() },
      ...{ device: none.or(idOf("dev")).optional(), held: z.string().optional() },
    })
    .optional(),
});

export type StoredSession = z.output<typeof stored>;
export type EndedOne = z.output<typeof endedOne>;
export type Changed = NonNullable<z.output<typeof changed>["changed"]>;

const asJson = z.string().transform((text): unknown => JSON.parse(text));
const nothing = z.null();

export const created = asJson.pipe(z.object({ ended: list(endedOne), expires: time }));
export const ended = asJson.pipe(z.object({ ended: list(endedOne) }));
export const changedAnswer = asJson.pipe(changed);
export const listed = asJson.pipe(z.object({ listed: list(stored) }));
export const resolved = nothing.or(asJson.pipe(stored));
const state = z.enum(["live", "rotated", ...REASONS]);
export const foundNamed = nothing.or(
  asJson.pipe(z.object({ id: idOf("ses"), user: idOf("usr"), merchant: idOf("mer"), state })),
);

/** As a page lists it. */
export function toRecord(session: StoredSession): SessionRecord {
  const { id, ip, agent, device, method, held, created: createdAt, seen, expires, ended: at, reason: why } = session;
  return {
    sessionId: id satisfies SessionId,
    ip,
    userAgent: agent,
    deviceId: device satisfies DeviceId | null,
    method,
    heldAt: held ?? null,
    createdAt,
    lastSeenAt: seen,
    expiresAt: expires,
    ended: at === undefined || why === undefined ? null : { at, reason: why, by: session.by ?? null },
  };
}

/** Live ones first, the newest first; then the ended ones, the last first. The scripts answer the newest first. */
export function inListOrder(records: readonly SessionRecord[]): SessionRecord[] {
  const over = records.filter(({ ended: end }) => end !== null);
  const endOf = ({ ended: end }: SessionRecord) => end?.at.getTime() ?? 0;
  return [...records.filter(({ ended: end }) => end === null), ...over.sort((a, b) => endOf(b) - endOf(a))];
}
