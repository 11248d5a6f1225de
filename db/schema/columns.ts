import { customType, timestamp } from "drizzle-orm/pg-core";

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
