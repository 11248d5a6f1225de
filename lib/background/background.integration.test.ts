import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { APP_URL, createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";

const RUN_SERVER = fileURLToPath(new URL("./testing/run-server.ts", import.meta.url));

/** The process has to start first, on a busy machine too. */
const START_MS = 45_000;

let world: SignInWorld;
let server: ChildProcess;
let said = "";

beforeAll(async () => {
  world = await createSignInWorld();
  server = start("first");
});

/** With a master key of its own. */
function start(masterKeyId: string): ChildProcess {
  const started = spawn(process.execPath, ["--import", "tsx", RUN_SERVER], {
    env: {
      ...{ NODE_ENV: "production", APP_URL, DATABASE_URL: world.appUrl },
      AUTH_SECRET: randomBytes(32).toString("base64"),
      MASTER_KEY: `${masterKeyId}:${randomBytes(32).toString("base64")}`,
      SANDBOX_URL: "http://127.0.0.1:9",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [started.stdout, started.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  }
  return started;
}
afterAll(async () => {
  if (server.exitCode === null && server.kill("SIGKILL")) await once(server, "exit");
  await world.close();
});

describe("a running server", () => {
  it("audit.sealed-by-server: puts what is written into its merchant's chain, beside the entries of its own start", async () => {
    const { merchantId, userId } = await world.addUser();
    const context = { ...systemContext("test"), merchantId };
    for (const action of ["test.first", "test.second"]) {
      await transact(world.client, context, (tx) =>
        recordAudit(tx, context, { action, outcome: "success", resourceType: "user", resourceId: userId }),
      );
    }
    const sealed = async () => {
      const rows = await world.owner.pool<{ action: string; chain: string; sequence: number }[]>`
        select e.action, c.chain, c.sequence::int as sequence
          from audit_entries e join audit_chain c on c.entry_id = e.id
         where e.action in ('audit.started', 'test.first', 'test.second') order by e.id`;
      return [...rows];
    };
    await vi.waitFor(async () => expect(await sealed(), said).toHaveLength(3), { timeout: START_MS, interval: 100 });
    const own = (await sealed()).filter(({ chain }) => chain === merchantId);
    expect(own.map(({ action }) => action)).toEqual(["test.first", "test.second"]);
    expect(own[1]?.sequence).toBe((own[0]?.sequence ?? 0) + 1);
    expect(said).not.toContain("background work failed");
  }, 60_000);

  it(
    "master-key.missing: a server without the master key of its database does not start, and says which is missing",
    async () => {
      const second = start("second");
      const [code] = await once(second, "exit");
      expect([code, said]).toEqual([1, expect.stringMatching(/Master key "first" is missing.*MASTER_KEY=new/)]);
    },
    START_MS,
  );
});
