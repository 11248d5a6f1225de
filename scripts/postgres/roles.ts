import postgres from "postgres";

export const DATABASE = "countinghouse";
const OWNER_ROLE = "countinghouse_owner";
const APP_ROLE = "countinghouse_app";

export type PostgresPasswords = Readonly<{ admin: string; owner: string; app: string }>;
export type DatabaseUrls = Readonly<{ adminUrl: string; ownerUrl: string; appUrl: string }>;

/** The three ways in: the superuser (tests make databases with it), the owner (migrations), the application. */
export function databaseUrls(port: number, passwords: PostgresPasswords, database: string = DATABASE): DatabaseUrls {
  const url = (role: string, password: string, name: string) =>
    `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
  return {
    adminUrl: url("postgres", passwords.admin, "postgres"),
    ownerUrl: url(OWNER_ROLE, passwords.owner, database),
    appUrl: url(APP_ROLE, passwords.app, database),
  };
}

/**
 * Makes both roles and the database unless they are there. The application's role owns nothing: the migrations, run
 * by the owner, grant it what it may do.
 */
export async function ensureRolesAndDatabase(adminUrl: string, passwords: PostgresPasswords): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const existing = new Set((await sql`SELECT rolname FROM pg_roles`).map((row) => row.rolname));
    for (const [role, password] of [
      [OWNER_ROLE, passwords.owner],
      [APP_ROLE, passwords.app],
    ] as const) {
      // A utility statement takes no parameters; the password is ours, in an alphabet without quotes.
      if (!existing.has(role)) await sql.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    }
    const [database] = await sql`SELECT 1 FROM pg_database WHERE datname = ${DATABASE}`;
    if (database === undefined) await sql.unsafe(`CREATE DATABASE ${DATABASE} OWNER ${OWNER_ROLE}`);
  } finally {
    await sql.end();
  }
}
