import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { emailLinks } from "@/db/schema";
import { type Transaction, transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { newId } from "@/lib/ids/id";
import { consumeEmailLink, createEmailLink, findEmailLink, type LinkPurpose } from "./email-links";

let world: SignInWorld;
let asha: TestUser;
let nora: TestUser;

beforeAll(async () => {
  world = await createSignInWorld();
  asha = await world.addUser();
  nora = await world.addUser();
});
afterAll(() => world.close());

const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => transact(world.client, systemContext("test"), work);
const create = (user: TestUser, purpose: LinkPurpose = "reset_password", subject: string | null = null) =>
  inTransaction((tx) => createEmailLink(tx, { userId: user.userId, purpose, subject, ttlSeconds: 60 }));
const find = (token: string, purpose: LinkPurpose = "reset_password") => findEmailLink(world.client.db, token, purpose);
const consume = (token: string, purpose: LinkPurpose = "reset_password") =>
  inTransaction((tx) => consumeEmailLink(tx, token, purpose));

describe("email links", () => {
  it("email-link.once.concurrent: the attack is to send one link's token many times at the same moment", async () => {
    const token = await create(asha);
    const answers = await Promise.all(Array.from({ length: 20 }, () => consume(token)));
    expect(answers.filter((answer) => answer !== null)).toMatchObject([{ userId: asha.userId, subject: null }]);
    expect(await find(token)).toBeNull();
    expect(await consume(token)).toBeNull();
  });

  it("is of use for its own purpose, until it expires, and by its exact token alone", async () => {
    const token = await create(asha);
    for (const other of ["", token.slice(1), `${token}A`, ` ${token}`, token.toLowerCase(), "A".repeat(43)]) {
      expect(await consume(other)).toBeNull();
    }
    expect(await consume(token, "reset_factors")).toBeNull();
    await world.owner.db.execute(
      sql`update email_links set expires_at = now() - interval '1 second' where used_at is null`,
    );
    expect(await find(token)).toBeNull();
    expect(await consume(token)).toBeNull();
  });

  it("a newer one of its purpose takes an older one back, and nobody else's", async () => {
    const [others, first] = [await create(nora), await create(asha)];
    const second = await create(asha);
    const third = await create(asha, "reset_factors");
    expect(await find(first)).toBeNull();
    expect(await find(second)).not.toBeNull();
    expect(await find(third, "reset_factors")).not.toBeNull();
    expect(await find(others)).not.toBeNull();
  });

  it("email-link.one-live.concurrent: of many asked for at once one is left", async () => {
    const tokens = await Promise.all(Array.from({ length: 10 }, () => create(asha)));
    const found = await Promise.all(tokens.map((token) => find(token)));
    expect(found.filter((link) => link !== null)).toHaveLength(1);
  });

  it("links that end sessions stand side by side", async () => {
    const sessions = [newId("ses"), newId("ses")];
    const tokens = await Promise.all(sessions.map((session) => create(asha, "revoke_session", session)));
    const found = await Promise.all(tokens.map((token) => find(token, "revoke_session")));
    expect(found.map((link) => link?.subject)).toEqual(sessions);
  });

  it("an undone transaction gives the link back", async () => {
    const token = await create(asha);
    const undone = inTransaction(async (tx) => {
      await consumeEmailLink(tx, token, "reset_password");
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await consume(token)).not.toBeNull();
  });

  it("the database holds no token, only its hash", async () => {
    const token = await create(asha);
    const rows = JSON.stringify(await world.owner.db.select().from(emailLinks));
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(Buffer.from(token, "base64url").toString("hex"));
  });
});
