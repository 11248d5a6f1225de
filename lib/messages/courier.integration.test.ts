import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { outgoingMessages } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { createLogger } from "@/lib/logging/logger";
import { type Courier, createCourier } from "./courier";
import { enqueueMessage, type OutgoingMessage } from "./enqueue-message";
import { claimDue } from "./message-store";
import type { Content } from "./outgoing-message";
import type { Sender, Senders, SendOutcome } from "./senders";

const ADDRESS = "waiting.person@example.com";
const CODE = "918273";
const PHONE = "+919876543210";

let world: SignInWorld;
let user: TestUser;
let lines: string[];

beforeAll(async () => {
  world = await createSignInWorld();
  user = await world.addUser();
});
afterAll(() => world.close());
beforeEach(async () => {
  lines = [];
  await world.owner.db.delete(outgoingMessages);
});

const log = createLogger({ level: "debug", destination: { write: (line) => void lines.push(line) } });

/** Answers as it is told, and remembers what it was given. */
function recorder(answer: (message: Content) => Promise<SendOutcome> | SendOutcome = () => ({ kind: "sent" })) {
  const sent: { message: Content; id: string }[] = [];
  const sender: Sender<Content> = {
    send: async (message, id) => {
      sent.push({ message, id });
      return answer(message);
    },
  };
  return { sent, both: { email: sender, sms: sender } };
}

const courierOf = (senders: Senders, client: DatabaseClient = world.client) =>
  createCourier({ client, ring: async () => world.ring, senders, logger: log });

/** A courier whose sender does not answer until it is told to. */
function held(outcome: SendOutcome) {
  let release = () => {};
  const answered = new Promise<SendOutcome>((resolve) => {
    release = () => resolve(outcome);
  });
  const { sent, both } = recorder(() => answered);
  return { sent, courier: courierOf(both), release: () => release() };
}

async function runOnce(courier: Courier): Promise<void> {
  while (await courier.turn()) {
    // There is more.
  }
  await courier.settle();
}

const put = (message: OutgoingMessage) =>
  transact(world.client, systemContext("test"), (tx) => enqueueMessage(tx, world.ring, message));

const enqueue = ({ text = `Your code is ${CODE}`, expiresInSeconds = 300 } = {}) =>
  put({
    merchantId: user.merchantId,
    kind: "sign_in_code",
    expiresInSeconds,
    channel: "email",
    to: ADDRESS,
    subject: "Your code",
    text,
  });

const enqueueSms = () =>
  put({
    merchantId: user.merchantId,
    kind: "sign_in_code",
    expiresInSeconds: 300,
    channel: "sms",
    to: PHONE,
    text: CODE,
  });

const rows = () => world.owner.db.select().from(outgoingMessages).orderBy(outgoingMessages.id);
const pass = (seconds: number) =>
  world.owner.db.execute(
    sql`update outgoing_messages set next_attempt_at = next_attempt_at - make_interval(secs => ${seconds}::int)`,
  );
const expireAll = () => world.owner.db.execute(sql`update outgoing_messages set expires_at = now() - interval '1 ms'`);

describe("messages", () => {
  it("messages.sealed: the attack is to read codes and addresses in the database, before and after", async () => {
    await enqueue();
    const [waiting] = await rows();
    expect(waiting?.sealed).toMatch(/^v1\./);
    expect(JSON.stringify(waiting)).not.toMatch(new RegExp(`${CODE}|${ADDRESS}|Your code`));
    await runOnce(courierOf(recorder().both));
    expect(await rows()).toMatchObject([{ sealed: null, sentAt: expect.any(Date), failedAt: null, attempts: 1 }]);
  });

  it("a message moved to another row is not sent", async () => {
    await enqueue();
    await world.owner.db.execute(sql`update outgoing_messages set id = 'msg_other'`);
    const { sent, both } = recorder();
    await runOnce(courierOf(both));
    expect(sent).toEqual([]);
    expect(await rows()).toMatchObject([{ sealed: null, sentAt: null, failedAt: expect.any(Date) }]);
  });

  it("what is undone is never sent", async () => {
    const undone = transact(world.client, systemContext("test"), async (tx) => {
      await enqueueMessage(tx, world.ring, {
        merchantId: user.merchantId,
        kind: "sign_in_code",
        expiresInSeconds: 300,
        channel: "sms",
        to: PHONE,
        text: CODE,
      });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await rows()).toEqual([]);
  });

  it("messages.at-least-once: a sender that dies before it notes what it did leaves a message that is sent again", async () => {
    await enqueue();
    // It took the message, and that is the last that was heard of it.
    const taken = await transact(world.client, systemContext("test"), (tx) =>
      claimDue(tx, { channels: ["email"], limit: 10, leaseSeconds: 30 }),
    );
    expect(taken).toHaveLength(1);
    const { sent, both } = recorder();
    const other = courierOf(both);
    await runOnce(other);
    expect(sent).toEqual([]);
    await pass(31);
    await runOnce(other);
    expect(sent).toMatchObject([{ id: taken[0]?.id, message: { to: ADDRESS, text: `Your code is ${CODE}` } }]);
    expect(await rows()).toMatchObject([{ sealed: null, sentAt: expect.any(Date), attempts: 2 }]);
  });

  it("a sender that was overtaken decides nothing any more", async () => {
    await enqueue();
    const late = held({ kind: "refused", reason: "550" });
    const now = held({ kind: "sent" });
    await late.courier.turn();
    await expect.poll(() => late.sent.length).toBe(1);
    await pass(31);
    await now.courier.turn();
    await expect.poll(() => now.sent.length).toBe(1);
    late.release();
    await late.courier.settle();
    expect(await rows()).toMatchObject([{ sealed: expect.any(String), sentAt: null, failedAt: null }]);
    now.release();
    await now.courier.settle();
    expect(await rows()).toMatchObject([{ sealed: null, sentAt: expect.any(Date), failedAt: null }]);
  });

  it("messages.expired-not-sent: a code that has expired is given up, and gone", async () => {
    await enqueue();
    await enqueueSms();
    await expireAll();
    const { sent, both } = recorder();
    await runOnce(courierOf(both));
    expect(sent).toEqual([]);
    const given = { sealed: null, sentAt: null, failedAt: expect.any(Date), attempts: 0 };
    expect(await rows()).toMatchObject([given, given]);
  });

  it("waits ever longer after a failure, and gives up when the message expires", async () => {
    await enqueue({ expiresInSeconds: 60 });
    const { sent, both } = recorder(() => ({ kind: "failed", reason: "421" }));
    const courier = courierOf(both);
    const dueIn = async () => {
      const [row] = await world.owner.db.execute(
        sql`select extract(epoch from next_attempt_at - clock_timestamp())::float8 as seconds from outgoing_messages`,
      );
      return Number(row?.seconds);
    };
    await runOnce(courier);
    expect(await dueIn()).toBeGreaterThan(3);
    expect(await dueIn()).toBeLessThanOrEqual(5);
    await pass(5);
    await runOnce(courier);
    expect(await dueIn()).toBeGreaterThan(28);
    await pass(30);
    await runOnce(courier);
    // Not two minutes: there is no more than one to go.
    expect(await dueIn()).toBeLessThanOrEqual(60);
    expect(sent).toHaveLength(3);
    await expireAll();
    await pass(60);
    await runOnce(courier);
    expect(sent).toHaveLength(3);
    expect(await rows()).toMatchObject([{ sealed: null, sentAt: null, failedAt: expect.any(Date), attempts: 3 }]);
  });

  it("does not try again what was refused for good", async () => {
    await enqueue();
    const { sent, both } = recorder(() => ({ kind: "refused", reason: "550 EENVELOPE" }));
    const courier = courierOf(both);
    await runOnce(courier);
    await pass(7200);
    await runOnce(courier);
    expect(sent).toHaveLength(1);
    expect(await rows()).toMatchObject([{ sealed: null, sentAt: null, failedAt: expect.any(Date) }]);
  });

  it("leaves what it cannot send to a server that can", async () => {
    await enqueueSms();
    const { sent, both } = recorder();
    await runOnce(courierOf({ email: both.email, sms: null }));
    expect(await rows()).toMatchObject([{ attempts: 0, sealed: expect.any(String) }]);
    await runOnce(courierOf(both));
    expect(sent).toMatchObject([{ message: { channel: "sms", to: PHONE, text: CODE } }]);
  });

  it("messages.many-workers: of two servers and fifty messages each is sent once", async () => {
    for (let index = 0; index < 50; index += 1) await enqueue({ text: `number ${index}` });
    const { sent, both } = recorder(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { kind: "sent" };
    });
    await Promise.all([runOnce(courierOf(both)), runOnce(courierOf(both, world.reconnect()))]);
    const texts = sent.map(({ message }) => message.text);
    expect(texts).toHaveLength(50);
    expect(new Set(texts).size).toBe(50);
    expect((await rows()).every(({ sentAt, sealed }) => sentAt !== null && sealed === null)).toBe(true);
  });

  it("messages.many-workers.claims: what one server is taking another neither takes nor waits for", async () => {
    for (let index = 0; index < 10; index += 1) await enqueue();
    const claim = { channels: ["email"], limit: 6, leaseSeconds: 30 } as const;
    const [first, second] = await transact(world.client, systemContext("test"), async (tx) => {
      const mine = await claimDue(tx, claim);
      // While the rows of the first are still locked.
      const others = await transact(world.client, systemContext("test"), (other) => claimDue(other, claim));
      return [mine, others];
    });
    expect([first?.length, second?.length]).toEqual([6, 4]);
    expect(new Set([...(first ?? []), ...(second ?? [])].map(({ id }) => id)).size).toBe(10);
  });

  it("a slow message holds up no other one", async () => {
    await enqueue({ text: "slow" });
    await enqueue({ text: "quick" });
    let release = () => {};
    const { both } = recorder((message) =>
      message.text === "quick"
        ? { kind: "sent" }
        : new Promise((resolve) => {
            release = () => resolve({ kind: "sent" });
          }),
    );
    const courier = courierOf(both);
    await courier.turn();
    const isSent = async () => (await rows()).filter(({ sentAt }) => sentAt !== null).length;
    await expect.poll(isSent).toBe(1);
    await enqueue({ text: "quick" });
    await courier.turn();
    await expect.poll(isSent).toBe(2);
    release();
    await courier.settle();
    expect(await isSent()).toBe(3);
  });

  it("messages.no-secrets-in-logs: the attack is to read codes and addresses in the log, whatever goes wrong", async () => {
    const outcomes: SendOutcome[] = [
      { kind: "sent" },
      { kind: "failed", reason: "421" },
      { kind: "refused", reason: "550 EENVELOPE" },
    ];
    for (const outcome of outcomes) {
      await enqueue();
      await enqueueSms();
      await runOnce(courierOf(recorder(() => outcome).both));
    }
    await enqueue();
    const throws = recorder(() => {
      throw new Error(`550 <${ADDRESS}> unknown, text was ${CODE}`);
    });
    await runOnce(courierOf(throws.both));
    expect(lines.length).toBeGreaterThanOrEqual(7);
    expect(lines.join("\n")).not.toMatch(new RegExp(`${CODE}|${ADDRESS.split("@")[0]}|${PHONE.slice(1)}`));
  });
});
