import { pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { moment } from "./columns";

/** Data keys, each wrapped by the master key that is kept elsewhere (PCI DSS 3.6.1.2). */
export const dataKeys = pgTable(
  "data_keys",
  {
    purpose: text("purpose").notNull(),
    kid: text("kid").notNull(),
    wrappedKey: text("wrapped_key").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.purpose, t.kid] }),
    // Rows point at the key that opens them.
    unique("data_keys_kid").on(t.kid),
  ],
);
