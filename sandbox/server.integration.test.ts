import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "./testing/start-sandbox";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

type Answer = Readonly<{ status: number; body: Record<string, unknown>; replayed: string | null }>;

async function call(method: string, path: string, key = "", body?: unknown, timeoutMs = 5_000): Promise<Answer> {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { "content-type": "application/json", ...(key === "" ? {} : { "idempotency-key": key }) },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const parsed = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body: parsed, replayed: response.headers.get("idempotent-replayed") };
}

const card = (number: string) => ({ number, exp_month: 12, exp_year: 2030 });
const charge = (key: string, changes: object = {}) => {
  const base = { amount: "10.00", currency: "INR", card: card("4242424242424242"), capture: true, merchant: "mer_1" };
  return call("POST", "/v1/charges", key, { ...base, ...changes });
};

describe("charges", () => {
  it("are listed newest first, in exactly the contract's fields, and found by reference", async () => {
    const reference = "order 1/ä?&";
    for (const key of ["list_1", "list_2", "list_3"]) await charge(key, { reference });
    await charge("list_declined", { reference, card: card("4000000000000002") });
    const { body } = await call("GET", `/v1/charges?reference=${encodeURIComponent(reference)}`);
    const rows = body.data as Record<string, unknown>[];
    expect(rows.map((row) => row.idempotency_key)).toEqual(["list_declined", "list_3", "list_2", "list_1"]);
    expect(Object.keys(rows[1] ?? {})).toEqual(
      "id idempotency_key reference amount currency status captured refunded created_at".split(" "),
    );
    expect(rows[0]).toMatchObject({ status: "declined", captured: "0.00" });
    const newest = await call("GET", "/v1/charges?limit=1");
    expect(newest.body.data).toEqual([rows[0]]);
    expect((await call("GET", "/v1/charges?limit=0")).status).toBe(400);
  });

  it("are answered again with the same answer, marked as such", async () => {
    const first = await charge("again");
    expect(first).toMatchObject({ status: 201, replayed: null });
    expect(await charge("again")).toEqual({ ...first, replayed: "true" });
  });

  it("are captured, refunded and voided over their id", async () => {
    const held = await charge("life", { capture: false });
    const path = `/v1/charges/${held.body.id}`;
    const captured = await call("POST", `${path}/capture`, "life:capture", { amount: "7.50" });
    expect(captured).toMatchObject({ status: 200, body: { status: "captured", captured: "7.50" } });
    const refund = await call("POST", `${path}/refunds`, "life:refund", { amount: "2.50" });
    expect(refund).toMatchObject({ status: 201, body: { status: "succeeded", amount: "2.50", charge: held.body.id } });
    for (const query of ["idempotency_key=life:refund", `charge=${held.body.id}`, "limit=1"]) {
      expect((await call("GET", `/v1/refunds?${query}`)).body.data).toEqual([refund.body]);
    }
    expect((await call("GET", "/v1/refunds?idempotency_key=life:other")).body.data).toEqual([]);
    expect((await call("POST", `${path}/refunds`, "life:more", { amount: "5.01" })).status).toBe(422);
    expect((await call("POST", `${path}/void`, "life:void")).status).toBe(422);
    const after = await call("GET", path);
    expect(after.body).toMatchObject({ status: "partially_refunded", refunded: "2.50", card: { last4: "4242" } });
    const other = await charge("other", { capture: false });
    expect(await call("POST", `/v1/charges/${other.body.id}/void`, "other:void")).toMatchObject({
      status: 200,
      body: { status: "voided" },
    });
  });

  // The attack: forty refunds at once add up to four times the charge.
  it("refund.ceiling: refunds at once never give back more than was taken", async () => {
    const { body } = await charge("ceiling");
    const refunds = Array.from({ length: 40 }, (_, place) =>
      call("POST", `/v1/charges/${body.id}/refunds`, `ceiling:${place}`, { amount: "1.00" }),
    );
    const statuses = (await Promise.all(refunds)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(10);
    expect(statuses.filter((status) => status === 422)).toHaveLength(30);
    expect((await call("GET", `/v1/charges/${body.id}`)).body).toMatchObject({ status: "refunded", refunded: "10.00" });
  });

  it("of 4000000000009086 are refunded, and the refund never answered", async () => {
    const { body } = await charge("9086", { card: card("4000000000009086") });
    const refund = (timeoutMs: number) =>
      call("POST", `/v1/charges/${body.id}/refunds`, "9086:refund", { amount: "4.00" }, timeoutMs);
    await expect(refund(300)).rejects.toThrow("timeout");
    expect((await call("GET", `/v1/charges/${body.id}`)).body).toMatchObject({ refunded: "4.00" });
    expect(await refund(5_000)).toMatchObject({ status: 201, replayed: "true" });
    expect((await call("GET", `/v1/charges/${body.id}`)).body).toMatchObject({ refunded: "4.00" });
  });
});

describe("refusals", () => {
  it.each([
    [400, "not JSON", "{", "key"],
    [400, "no key", {}, ""],
    [422, "a missing field", { amount: "1.00" }, "key"],
    [422, "an amount that is a number", { amount: 1 }, "key"],
  ])("%i for %s", async (status, _what, body, key) => {
    expect((await call("POST", "/v1/charges", key, body)).status).toBe(status);
  });

  it("name the place, never what stood there", async () => {
    const { status, body } = await charge("places", { card: card("4242 4242 4242 4242"), "4242424242424242": 1 });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: { code: "invalid_request", message: expect.stringContaining("/card/number") },
    });
    expect(JSON.stringify(body)).not.toContain("4242");
  });

  it("are 404 where there is nothing", async () => {
    expect((await call("GET", "/v1/charges/ch_00000000")).status).toBe(404);
    expect((await call("POST", "/v1/charges/ch_00000000/void", "nothing")).status).toBe(404);
    expect((await call("DELETE", "/v1/charges")).status).toBe(404);
  });
});

describe("import", () => {
  const history = (name: string, count: number) =>
    Array.from({ length: count }, (_, place) => ({
      idempotency_key: `${name}_${place}`,
      merchant: "mer_1",
      reference: name,
      amount: "1500",
      currency: "JPY",
      card: { last4: "4242" },
      created_at: new Date(Date.UTC(2026, 0, 1) + place * 60_000).toISOString(),
      status: "captured",
      refunds:
        place % 10 === 0
          ? [{ idempotency_key: `${name}_${place}_r`, amount: "500", created_at: "2026-06-01T00:00:00Z" }]
          : [],
    }));

  it("takes 5,000 charges at once, and only once", async () => {
    const body = JSON.stringify(history("many", 5_000));
    expect((await call("POST", "/v1/ledger/import", "", body)).body).toEqual({ imported: 5_000, skipped: 0 });
    expect((await call("POST", "/v1/ledger/import", "", body)).body).toEqual({ imported: 0, skipped: 5_000 });
    const listed = await call("GET", "/v1/charges?reference=many&limit=10000");
    expect(listed.body.data).toHaveLength(5_000);
  });

  it("takes one charge a line, and they can be refunded", async () => {
    const lines = history("lines", 3).map((row) => JSON.stringify(row));
    expect((await call("POST", "/v1/ledger/import", "", `${lines.join("\n")}\n`)).body).toEqual({
      imported: 3,
      skipped: 0,
    });
    const { body } = await call("GET", "/v1/charges?idempotency_key=lines_0");
    const [row] = body.data as Record<string, unknown>[];
    expect(row).toMatchObject({ status: "partially_refunded", captured: "1500", refunded: "500" });
    const refund = (amount: string) => call("POST", `/v1/charges/${row?.id}/refunds`, `lines:${amount}`, { amount });
    expect((await refund("1001")).status).toBe(422);
    expect((await refund("1000")).status).toBe(201);
  });
});

describe("process", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-process-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("ends with 0 when asked to, calls it holds open or not", async () => {
    const other = await startSandbox();
    const body = { amount: "1.00", currency: "INR", card: card("4000000000009011"), capture: true, merchant: "mer_1" };
    const headers = { "content-type": "application/json", "idempotency-key": "held" };
    const held = fetch(`${other.url}/v1/charges`, { method: "POST", headers, body: JSON.stringify(body) });
    const lost = expect(held).rejects.toThrow();
    await sleep(100);
    expect(await other.stop()).toBe(0);
    await lost;
  });

  it("ends when the process that started it is killed", { timeout: 15_000 }, async () => {
    const starter = new URL("./testing/start-sandbox.ts", import.meta.url).href;
    const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const script = `import { startSandbox } from ${JSON.stringify(starter)}; console.log((await startSandbox({
      ledgerPath: ${JSON.stringify(join(folder, "orphan.db"))} })).url);`;
    const parent = spawn(process.execPath, ["--import", loader, "--input-type=module", "-e", script]);
    const [printed] = (await once(parent.stdout, "data")) as [Buffer];
    const health = `${printed.toString().trim()}/health`;
    expect((await fetch(health)).status).toBe(200);
    parent.kill("SIGKILL");
    const isGone = () =>
      fetch(health)
        .then(() => false)
        .catch(() => true);
    for (let wait = 0; wait < 50 && !(await isGone()); wait += 1) await sleep(100);
    expect(await isGone()).toBe(true);
  });

  it("says what to do when its port is taken", async () => {
    await expect(startSandbox({ port: sandbox.port })).rejects.toThrow(/ended with 1.*Set SANDBOX_PORT to a free one/);
  });

  it("says what to do when its ledger cannot be opened", async () => {
    await expect(startSandbox({ ledgerPath: "/nowhere/ledger.db" })).rejects.toThrow(
      /ended with 1.*Check that its folder/,
    );
  });
});
