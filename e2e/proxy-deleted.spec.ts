import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { addSession, SESSION_COOKIE } from "./fixtures/people";
import { startSecondServer } from "./fixtures/second-server";
import { expect, test } from "./fixtures/test";

const ROOT = dirname(import.meta.dirname);
const PAGES = ["/", "/transactions", "/sessions", "/security", "/audit", `/transactions/pay_${"0".repeat(26)}`];

/** The demo's own build in a folder of its own, out of which the proxy has been taken. */
function buildWithoutProxy(): string {
  const folder = mkdtempSync(join(tmpdir(), "countinghouse-no-proxy-"));
  for (const name of ["node_modules", "package.json", "next.config.ts", "lib", "scripts", "tsconfig.json"]) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  const isProxy = (path: string) => /[\\/]server[\\/]middleware(\.js.*|-.*\.js)?$/.test(path);
  cpSync(join(ROOT, ".next"), join(folder, ".next"), {
    recursive: true,
    filter: (path) => !/[\\/]\.next[\\/](cache|trace)/.test(path) && (!isProxy(path) || /manifest/.test(path)),
  });
  const manifest = join(folder, ".next/server/functions-config-manifest.json");
  const parsed = z
    .object({ functions: z.record(z.string(), z.unknown()) })
    .loose()
    .parse(JSON.parse(readFileSync(manifest, "utf8")));
  expect(Object.keys(parsed.functions), "the proxy is where it was").toContain("/_middleware");
  const { "/_middleware": _, ...functions } = parsed.functions;
  writeFileSync(manifest, JSON.stringify({ ...parsed, functions }));
  expect(readdirSync(join(folder, ".next/server"))).not.toContain("middleware.js");
  return folder;
}

const references = z.object({
  node: z.record(z.string(), z.object({ exportedName: z.string(), filename: z.string() }).loose()),
});

/** The address by which a browser calls a server action, from the build. */
function actionId(folder: string, filename: string, exportedName: string): string {
  const text = readFileSync(join(folder, ".next/server/server-reference-manifest.json"), "utf8");
  const all = Object.entries(references.parse(JSON.parse(text)).node);
  const found = all.find(([, action]) => action.filename === filename && action.exportedName === exportedName);
  if (!found) throw new Error(`${filename} has no action ${exportedName}`);
  return found[0];
}

/** Posts an action that a form without fields sends; where it leads the browser, or the status. */
async function act(url: string, path: string, id: string, headers: Record<string, string>): Promise<string> {
  const { origin } = new URL(url);
  const answer = await fetch(new URL(path, url), {
    method: "POST",
    headers: { origin, accept: "text/x-component", "next-action": id, "content-type": "text/plain", ...headers },
    body: "[{}]",
    redirect: "manual",
  });
  return answer.headers.get("x-action-redirect") ?? String(answer.status);
}

// The attack: a mistake in proxy.ts, or a way round it. It guards nothing, and here it is shown by taking it away.
test("proxy.deleted: without proxy.ts every page, action and download still asks who is there", async ({
  demo,
  signInAs,
  ownerDatabase,
}) => {
  test.setTimeout(120_000);
  const { token, email } = await signInAs("owner");
  const other = await addSession(ownerDatabase, email);
  const folder = buildWithoutProxy();
  const { url, stop } = await startSecondServer(demo, { folder });
  try {
    const visit = async (path: string, headers: Record<string, string> = {}): Promise<Response> => {
      const answer = await fetch(new URL(path, url), { headers, redirect: "manual" });
      // Next.js first sends its router's requests to the address that names their headers: the same page.
      const location = answer.headers.get("location") ?? "";
      return /[?&]_rsc(=|$)/.test(location) && !path.includes("_rsc") ? visit(location, headers) : answer;
    };
    const signedIn = { cookie: `${SESSION_COOKIE}=${token}` };
    const allowed = await visit("/transactions", signedIn);
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("content-security-policy"), "no proxy stands in front").toBeNull();

    const strangers: Record<string, string>[] = [
      {},
      { cookie: `${SESSION_COOKIE}=${token.slice(0, -1)}` },
      { cookie: `${SESSION_COOKIE}=${token}; ${SESSION_COOKIE}=${"A".repeat(43)}` },
      { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
      { rsc: "1" },
      { "x-countinghouse-path": "/login", "x-forwarded-for": "127.0.0.1", "x-csp-nonce": "mine" },
    ];
    for (const headers of strangers) {
      for (const path of PAGES) {
        const answer = await visit(path, headers);
        const where = `${path} with ${JSON.stringify(headers)}`;
        // Next.js may put the way to the sign-in into the answer to its own router.
        if (answer.status === 200) expect(await answer.text(), where).toMatch(/NEXT_REDIRECT;replace;\/login/);
        else {
          expect(answer.status, where).toBe(307);
          expect(answer.headers.get("location"), where).toMatch(/^\/login(\?|$)/);
        }
      }
      expect((await visit("/transactions/export", headers)).status).toBe(401);
    }
    expect((await visit("/api/v1/payments")).status).toBe(401);

    const revokeOthers = actionId(folder, "app/(dashboard)/sessions/actions.ts", "revokeOthers");
    const isOtherIn = async () =>
      (await visit("/transactions", { cookie: `${SESSION_COOKIE}=${other}` })).status === 200;
    // Next.js sends what says that it is its router's elsewhere before it looks for an action.
    for (const headers of strangers.filter((each) => !("rsc" in each))) {
      expect(await act(url, "/sessions", revokeOthers, headers), JSON.stringify(headers)).toMatch(/^\/login/);
    }
    const asForeigner = { ...signedIn, origin: "https://evil.example" };
    expect(await act(url, "/sessions", revokeOthers, asForeigner)).not.toMatch(/^\//);
    expect(await isOtherIn(), "nobody ended it").toBe(true);
    expect(await act(url, "/sessions", revokeOthers, signedIn)).toBe("200");
    expect(await isOtherIn(), "the same call acts for who is in").toBe(false);
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
