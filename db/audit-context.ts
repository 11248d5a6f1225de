/** Who acts. `system` is a part of the product itself, named by its id: `sealer`, `seed`, `startup`. */
export type Actor =
  | Readonly<{ type: "user"; id: string }>
  | Readonly<{ type: "api_key"; id: string }>
  | Readonly<{ type: "system"; id: string }>;

/** What every change carries into the audit trail (PCI DSS 10.2.2: who, from where, in which request). */
export type AuditContext = Readonly<{
  actor: Actor;
  merchantId: string | null;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
}>;

export function systemContext(part: string): AuditContext {
  return { actor: { type: "system", id: part }, merchantId: null, ip: null, userAgent: null, requestId: null };
}
