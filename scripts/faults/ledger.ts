import { z } from "zod";

const charge = z.object({
  id: z.string(),
  idempotency_key: z.string(),
  reference: z.string().nullable(),
  amount: z.string(),
  currency: z.string(),
  status: z.string(),
  captured: z.string(),
  refunded: z.string(),
});
const refund = z.object({ id: z.string(), idempotency_key: z.string(), amount: z.string() });

export type LedgerCharge = z.infer<typeof charge>;
export type LedgerRefund = z.infer<typeof refund>;

const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item) });

async function read<T extends z.ZodType>(url: string, path: string, schema: T): Promise<z.output<T>> {
  const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the acquirer answered ${response.status} to ${path}`);
  return schema.parse(await response.json());
}

/** The charges of one run, by what their references begin with. */
export async function chargesOf(url: string, run: string): Promise<LedgerCharge[]> {
  const { data } = await read(url, "/v1/charges?limit=10000", page(charge));
  return data.filter(({ reference }) => reference?.startsWith(`${run}-`));
}

export async function refundsOf(url: string, chargeId: string): Promise<LedgerRefund[]> {
  return (await read(url, `/v1/refunds?charge=${chargeId}&limit=10000`, page(refund))).data;
}

/** All that the acquirer would tell of a charge in a callback. */
export function chargeDetail(url: string, chargeId: string): Promise<Record<string, unknown>> {
  return read(url, `/v1/charges/${chargeId}`, z.record(z.string(), z.unknown()));
}
