import type { Sql } from "postgres";

export type Dumped = Readonly<{ table: string; text: string }>;

const ROWS_AT_ONCE = 500;

/** Every row of every table there is, whoever made it: as text, and each binary value in it as what its bytes say. */
export async function* dumpDatabase(sql: Sql): AsyncGenerator<Dumped> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
     where relkind in ('r', 'm') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
       and not pg_is_other_temp_schema(n.oid) order by 1`;
  for (const { name } of tables) {
    // Not named "row": a table with a column of that name would give it instead.
    const rows = sql.unsafe<{ dumped: string }[]>(`select dumped_table::text as dumped from ${name} as dumped_table`);
    for await (const batch of rows.cursor(ROWS_AT_ONCE)) {
      yield { table: name, text: batch.map(({ dumped }) => withBytes(dumped)).join("\n") };
    }
  }
}

/** A `bytea` is written as \x and its hex, whose backslash is doubled within a row. */
function withBytes(row: string): string {
  const bytes = [...row.matchAll(/\\x((?:[0-9a-f]{2})+)/g)].map(([, hex = ""]) =>
    Buffer.from(hex, "hex").toString("latin1"),
  );
  return [row, ...bytes].join("\n");
}
