/** What a member of a merchant's team may be; `db/schema/merchants.ts` holds the same list as a constraint. */
export const ROLES = ["owner", "admin", "operator", "developer", "viewer"] as const;

export type Role = (typeof ROLES)[number];
