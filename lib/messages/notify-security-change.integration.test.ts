import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditContext } from "@/db/audit-context";
import { outgoingMessages } from "@/db/schema";
import { transact } from "@/db/transact";
import { APP_URL, createSignInWorld, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { openContent } from "./message-seal";
import { notifySecurityChange } from "./notify-security-change";
import { SECURITY_CHANGES, type SecurityChange } from "./security-changes";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

let world: SignInWorld;
let user: TestUser;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  user = await world.addUser();
});

async function noticeOf(change: SecurityChange, from: Partial<AuditContext> = {}) {
  const origin = { ip: "203.0.113.5", userAgent: IPHONE, requestId: null };
  const context: AuditContext = {
    actor: { type: "user", id: user.userId },
    merchantId: user.merchantId,
    ...origin,
    ...from,
  };
  await transact(world.client, context, (tx) => notifySecurityChange(tx, world.ring, user, change, APP_URL));
  const [row] = await world.owner.db
    .select()
    .from(outgoingMessages)
    .where(eq(outgoingMessages.merchantId, user.merchantId));
  if (!row) throw new Error("no notice was queued");
  return openContent(world.ring, row, row.sealed ?? "");
}

const changes = Object.keys(SECURITY_CHANGES).filter((name): name is SecurityChange => name in SECURITY_CHANGES);

describe("notices", () => {
  it.each(changes)("%s: says what happened, when, from where, and what to do", async (change) => {
    const { subject, happened } = SECURITY_CHANGES[change];
    const notice = await noticeOf(change);
    expect(notice).toMatchObject({ channel: "email", to: user.email, subject: `Countinghouse: ${subject}` });
    expect(notice.text.startsWith(happened)).toBe(true);
    expect(notice.text).toMatch(/^When: \w+, \d+ \w+ \d{4} at \d\d:\d\d \(Asia\/Kolkata\)$/m);
    expect(notice.text).toContain("Device: Safari on iOS\nAddress: 203.0.113.5\n");
    for (const path of ["/sessions", "/security", "/recover"]) expect(notice.text).toContain(`${APP_URL}${path}`);
  });

  it("a client may call itself what it likes: no line of the notice is its own", async () => {
    const userAgent = "x\r\nAddress: trusted\r\nEvil/1.0 (https://evil.example) Firefox/140.0";
    const { text } = await noticeOf("password_changed", { userAgent, ip: null });
    expect(text).toContain("Address: unknown\n");
    expect(text).not.toMatch(/evil|trusted/i);
  });
});
