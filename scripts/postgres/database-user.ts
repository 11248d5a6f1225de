import { statSync } from "node:fs";
import { Problem } from "../processes/problem";
import { runCommand } from "../processes/run-command";

/** As whom Postgres runs. Null: as ourselves. */
export type DatabaseUser = Readonly<{ uid: number; gid: number }> | null;

const NAME = "postgres";

/**
 * Postgres refuses to run as root, so root runs it as the user who owns the cluster, or as `postgres` for a new one;
 * that user is created where there is none.
 */
export async function databaseUser(clusterFolder: string): Promise<DatabaseUser> {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp(NAME)) ?? (await create(NAME));
}

async function create(name: string): Promise<DatabaseUser> {
  const args = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name];
  const { code, output } = await runCommand("useradd", args).catch((cause: unknown) => ({
    code: 1,
    output: `${cause}`,
  }));
  const created = await lookUp(name);
  if (created !== null) return created;
  throw new Problem(
    `PostgreSQL does not run as root, and a user for it could not be created (useradd: ${output.trim() || code}).`,
    `Create a system user named ${name}, or run this as an ordinary user.`,
  );
}

async function lookUp(name: string): Promise<DatabaseUser> {
  const [uid, gid] = await Promise.all([runCommand("id", ["-u", name]), runCommand("id", ["-g", name])]);
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : null;
}
