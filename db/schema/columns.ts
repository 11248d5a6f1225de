import { sql } from "drizzle-orm";
import { customType, text, timestamp } from "drizzle-orm/pg-core";
import { asSealedText, type SealedText } from "@/lib/crypto/sealed-text";

/** A moment, UTC in and out; set by the database so that servers whose clocks differ agree (ASVS 6.5.8). */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

/** A moment to the microsecond, where windows are measured and rounding would let a call in early. */
export const exactMoment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Whole minor units as NUMERIC in the database and bigint in the code: never a float on the way. */
export const minorUnits = customType<{ data: bigint; driverData: string }>({
  dataType: () => "numeric(20,0)",
  fromDriver: (value) => BigInt(value),
  toDriver: (value) => value.toString(),
});

export const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/**
 * A text that only sealing makes (`seal`, or a record's own key): a plain one does not compile, and one that was written
 * past the encryption is refused where it is read. Where it lives is bound into it; see `fieldOf`.
 */
export const sealed = customType<{ data: SealedText; driverData: string }>({
  dataType: () => "text",
  fromDriver: asSealedText,
});

/** The id of the key in a sealed column's text, kept by the database itself. */
export const keyIdColumn = (name: string, sealedColumn: string) =>
  text(name).generatedAlwaysAs(sql.raw(`split_part("${sealedColumn}", '.', 2)`));
