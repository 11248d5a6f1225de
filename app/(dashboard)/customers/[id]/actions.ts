"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { RevealAnswer } from "@/components/customers/customer-details";
import type { Refused } from "@/components/security/answers";
import { action, stepUpAction } from "@/lib/boundary/action";
import { eraseCustomer } from "@/lib/customers/erase-customer";
import { revealCustomer } from "@/lib/customers/reveal-customer";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { requireStepUp } from "@/lib/step-up/require-step-up";

const input = z.strictObject({ customerId: z.string().max(64) });

const refused = (message: string): Refused => ({ kind: "refused", message });
const GONE = "There is no such customer. Reload the page.";

/** Shows a customer's data unmasked. The audit trail has who looked, and when. */
export const reveal = action<typeof input, RevealAnswer>(
  { name: "reveal_customer", permission: "customers:reveal", policy: "reveal", input, onError: refused },
  async ({ session, context }, { customerId }) => {
    const id = parseId("cus", customerId);
    if (id === null) return refused(GONE);
    const scope = { merchantId: session.merchant.id, mode: "test" } as const;
    const services = { client: database(), ring: await keyRing() };
    const { email, phone, taxId } = await revealCustomer(services, context, scope, id);
    return { kind: "revealed", personal: { email, phone, taxId } };
  },
);

/** Erases a customer for good. Asks for a proof first, for exactly this customer. */
export const erase = stepUpAction<typeof input, { kind: "done" } | Refused>(
  { name: "erase_customer", permission: "customers:erase", input, onError: refused },
  async ({ session, context }, { customerId }) => {
    const id = parseId("cus", customerId);
    if (id === null) return refused(GONE);
    const scope = { merchantId: session.merchant.id, mode: "test" } as const;
    await eraseCustomer(database(), context, scope, id, (tx) =>
      requireStepUp(tx, session, { purpose: "customer.erase", binds: { customer: id }, description: `Erase ${id}` }),
    );
    revalidatePath("/customers");
    return { kind: "done" };
  },
);
