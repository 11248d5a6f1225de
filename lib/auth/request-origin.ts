import type { AuditContext } from "@/db/audit-context";

/** From where a request came, before anybody knows who sent it. */
export type RequestOrigin = Pick<AuditContext, "ip" | "userAgent" | "requestId">;
