import { z } from "zod";
import { holdsCardNumber } from "@/lib/sensitive/holds-card-number";
import { GatewayRefusal, type Unknown } from "../payment-gateway";

/** The acquirer's ids: nothing that could be more than an id where it is shown or put in an address. */
export const gatewayId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/)
  // They are stored in the open.
  .refine((id) => !holdsCardNumber(id));

export const chargeSchema = z.object({
  id: gatewayId,
  idempotency_key: z.string(),
  amount: z.string(),
  currency: z.string(),
  status: z.string(),
  captured: z.string(),
});
export type WireCharge = z.output<typeof chargeSchema>;

export const errorSchema = z.object({ error: z.object({ code: z.string() }) });

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const unknown = (reason: string): Unknown => ({ kind: "unknown", reason });

/** The acquirer's own error code, or null where the body is not the acquirer's error. */
export function errorCodeIn(body: unknown): string | null {
  return errorSchema.safeParse(body).data?.error.code ?? null;
}

/**
 * What is left once the answers that a call knows have been read: {@link GatewayRefusal} where the acquirer itself refused
 * to look at the request, `unknown` for everything else.
 */
export function refuseOrUnknown(status: number, body: unknown): Unknown {
  const code = errorCodeIn(body);
  if (code !== null && (status === 400 || status === 422)) throw new GatewayRefusal("request_invalid", status);
  if (status === 409 && code === "idempotency_conflict") throw new GatewayRefusal("idempotency_conflict", status);
  const isOwn = code !== null || ![400, 409, 422].includes(status);
  return unknown(isOwn ? `status ${status}` : `status ${status} without the acquirer's error`);
}
