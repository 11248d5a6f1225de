"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Done, Invalid, NewSecret } from "@/components/developers/answers";
import type { Changed, Refused } from "@/components/security/answers";
import { action } from "@/lib/boundary/action";
import { parseInput } from "@/lib/boundary/parse-input";
import { localMoment, momentsAt } from "@/lib/calendar/local-moment-store";
import { database } from "@/lib/database";
import { fieldError } from "@/lib/errors/app-error";
import { parseId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { addEndpointByHand, retryByHand, rotateSecretByHand } from "@/lib/webhooks/by-hand";
import { endpointInput } from "@/lib/webhooks/endpoint-input";
import { noSuchDelivery, replayEvents } from "@/lib/webhooks/manage-deliveries";
import { deleteEndpoint, enableEndpoint, noSuchEndpoint } from "@/lib/webhooks/manage-endpoints";
import { webhookServices } from "@/lib/webhooks/own-webhooks";
import { orInvalid, refused } from "./field-problem";

const typedText = z.string().max(4_000);
/** As it was typed: what is wrong with a field is told beside it. */
const typed = z.strictObject({ url: typedText, events: z.array(typedText).max(100) });
const one = z.strictObject({ id: z.string().max(64) });
const range = z.strictObject({ id: z.string().max(64), from: typedText, to: typedText });
const readings = z.strictObject({ from: localMoment, to: localMoment });

const scopeOf = ({ merchant }: CurrentSession) => ({ merchantId: merchant.id, mode: "test" }) as const;

function endpointId(text: string) {
  const id = parseId("whk", text);
  if (id === null) throw noSuchEndpoint();
  return id;
}

/** Makes an endpoint, as `POST /webhook-endpoints` does. */
export const addEndpoint = action<typeof typed, NewSecret | Invalid | Refused>(
  {
    name: "add_webhook_endpoint",
    permission: "developers:manage",
    policy: "webhooks",
    staysSignedOut: true,
    input: typed,
    onError: refused,
  },
  ({ session, context }, given) =>
    orInvalid(async () => {
      const input = parseInput(endpointInput, given);
      const made = await addEndpointByHand(await webhookServices(), context, scopeOf(session), input);
      revalidatePath("/developers");
      return { kind: "secret", id: made.endpoint.id, secret: made.secret };
    }),
);

/** As `POST /webhook-endpoints/{id}/rotate-secret` does. */
export const rotateEndpoint = action<typeof one, NewSecret | Refused>(
  { name: "rotate_webhook_secret", permission: "developers:manage", policy: "webhooks", input: one, onError: refused },
  async ({ session, context }, { id }) => {
    const made = await rotateSecretByHand(await webhookServices(), context, scopeOf(session), endpointId(id));
    revalidatePath("/developers");
    return { kind: "secret", id: made.endpoint.id, secret: made.secret };
  },
);

export const removeEndpoint = action<typeof one, Done | Refused>(
  { name: "delete_webhook_endpoint", permission: "developers:manage", input: one, onError: refused },
  async ({ session, context }, { id }) => {
    await deleteEndpoint(database(), context, scopeOf(session), endpointId(id));
    revalidatePath("/developers");
    return { kind: "done" };
  },
);

/** Sends there again what is pending, and what happens from now on. */
export const enableAgain = action<typeof one, Done | Refused>(
  { name: "enable_webhook_endpoint", permission: "developers:manage", input: one, onError: refused },
  async ({ session, context }, { id }) => {
    await enableEndpoint(database(), context, scopeOf(session), endpointId(id));
    revalidatePath("/developers");
    return { kind: "done" };
  },
);

/** As `POST /webhook-deliveries/{id}/retry` does. */
export const sendAgain = action<typeof one, Done | Refused>(
  { name: "retry_webhook_delivery", permission: "developers:manage", policy: "webhooks", input: one, onError: refused },
  async ({ session, context }, { id }) => {
    const deliveryId = parseId("whd", id);
    if (deliveryId === null) throw noSuchDelivery();
    await retryByHand(database(), context, scopeOf(session), deliveryId);
    revalidatePath("/developers");
    return { kind: "done" };
  },
);

/** Sends every event of a time once more. */
export const replayRange = action<typeof range, Changed | Invalid | Refused>(
  {
    name: "replay_webhook_events",
    permission: "developers:manage",
    policy: "webhooks",
    staysSignedOut: true,
    input: range,
    onError: refused,
  },
  ({ session, context }, { id, ...given }) =>
    orInvalid(async () => {
      const client = database();
      const typedRange = parseInput(readings, given);
      const { timeZone } = session.merchant;
      const [from, to] = await momentsAt(client.db, timeZone, [typedRange.from, typedRange.to]);
      if (!from || !to || from >= to) throw fieldError("/to", "field_invalid", "Choose a time after the first.");
      const count = await replayEvents(client, context, scopeOf(session), endpointId(id), { from, to });
      revalidatePath("/developers");
      return { kind: "changed", notice: replayed(count) };
    }),
);

function replayed(count: number): string {
  if (count === 0) return "There were no events in that time that this endpoint wants. Nothing is sent.";
  return count === 1 ? "One event is being sent once more." : `${count} events are being sent once more.`;
}
