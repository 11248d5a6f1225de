import { getTableName } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { FieldLocation } from "@/lib/crypto/aead";

/** Where a column's value of one row lives, as it is bound into what is sealed there: taken from the schema, so that it cannot differ from it. */
export function fieldOf(column: PgColumn, row: Readonly<{ merchantId: string; id: string }>): FieldLocation {
  return { merchantId: row.merchantId, table: getTableName(column.table), column: column.name, rowId: row.id };
}
