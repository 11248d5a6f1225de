import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { outboxSender, readOutbox } from "./outbox";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "countinghouse-outbox-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mail = (text: string) => ({ channel: "email", to: "asha@example.com", subject: "Code", text }) as const;
const sms = { channel: "sms", to: "+919876543210", text: "123456" } as const;

it("keeps one line a message for its user alone, and shows the newest first", async () => {
  const file = join(folder, "outbox.jsonl");
  expect(await readOutbox(file)).toEqual([]);
  const sender = outboxSender(file);
  expect(await sender.send(mail("one\ntwo"), "msg_1", 1_000)).toEqual({ kind: "sent" });
  appendFileSync(file, '{"at":"2026-01-01T00:00:00.000Z","channel":"em\n');
  expect(await sender.send(sms, "msg_2", 1_000)).toEqual({ kind: "sent" });
  expect(await readOutbox(file)).toEqual([
    { at: expect.any(String), subject: null, ...sms },
    { at: expect.any(String), ...mail("one\ntwo") },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("shows a hundred of however many", async () => {
  const file = join(folder, "many.jsonl");
  const sender = outboxSender(file);
  for (let index = 0; index < 120; index += 1) await sender.send(mail(`${index} ${"x".repeat(9_000)}`), "msg", 1_000);
  const shown = await readOutbox(file);
  expect(shown[0]?.text).toMatch(/^119 /);
  expect(shown.length).toBeGreaterThan(50);
  expect(shown.length).toBeLessThanOrEqual(100);
});

it("a folder that is not there is tried again later", async () => {
  expect(await outboxSender(join(folder, "no", "where")).send(sms, "msg_1", 1_000)).toEqual({
    kind: "failed",
    reason: "outbox_not_writable",
  });
});
