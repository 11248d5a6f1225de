import { type Placeholder, sql } from "drizzle-orm";
import type { Queryable } from "./client";

type Prepared<Result> = { execute: (values: Record<string, unknown>) => Promise<Result> };
type Builder<Result> = { prepare: (name: string) => Prepared<Result> };

/**
 * A query whose text is built at its first use and kept, for the path of every request: Drizzle takes longer to build one of
 * those than this server takes to send it. Each use gives the named values, and the pool or transaction to run on.
 */
export function prepareOnce<const Name extends string, Result>(
  names: readonly Name[],
  build: (db: Queryable, value: Readonly<Record<Name, Placeholder>>) => Builder<Result>,
): (db: Queryable, values: Readonly<Record<Name, unknown>>) => Promise<Result> {
  const value = Object.fromEntries(names.map((name): [string, Placeholder] => [name, sql.placeholder(name)]));
  let prepared: Prepared<Result> | null = null;
  return (db, values) => {
    prepared ??= build(db, value as Record<Name, Placeholder>).prepare("");
    // Drizzle ties a prepared query to the connection it was built on; all but that is the same on any other.
    const here: Prepared<Result> = Object.create(prepared, { client: { value: clientOf(db) } });
    return here.execute(values);
  };
}

function clientOf(db: Queryable): unknown {
  const session: unknown = Reflect.get(db, "session");
  if (typeof session !== "object" || session === null || !("client" in session)) {
    throw new TypeError("Drizzle keeps its connection elsewhere now: see db/prepare-once.ts");
  }
  return session.client;
}
