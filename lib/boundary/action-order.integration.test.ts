import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { action, formAction, heldAction, publicAction } from "./action";
import { type ActionDesk, openActionDesk } from "./testing/action-desk";

let desk: ActionDesk;

beforeAll(async () => {
  desk = await openActionDesk();
});
afterAll(() => desk.close());

let looked = 0;
beforeEach(() => {
  looked = 0;
});
const input = z.unknown().refine(() => {
  looked += 1;
  return false;
}, "This is what the form takes.");

type Answer = { message: string };
const spec = { name: "test", input, onError: (message: string): Answer => ({ message }) };
const signedInSpec = { ...spec, permission: "payments:write" } as const;
const work = async (): Promise<Answer> => ({ message: "done" });

describe("action.asks-who-first: the attack is to learn from refusals what an action takes", () => {
  it.each([
    ["an action", action<typeof input, Answer>(signedInSpec, work)],
    ["a form's action", () => formAction<typeof input, Answer>(signedInSpec, work)(new FormData())],
    ["an action of a held session", heldAction<typeof input, Answer>(spec, work)],
  ])("%s leads a stranger to the sign-in, and reads nothing of what was sent", async (_, act) => {
    await expect(desk.as(null, () => act({ odd: true }))).rejects.toMatchObject({
      digest: expect.stringContaining("NEXT_REDIRECT;"),
    });
    expect(looked).toBe(0);
  });

  it("who may not is told that, and nothing of what was sent is read", async () => {
    const person = await desk.person("viewer");
    const act = action<typeof input, Answer>(signedInSpec, work);
    expect(await desk.as(person, () => act({ odd: true }))).toEqual({ message: "Your role may not do this." });
    expect(looked).toBe(0);
  });

  it("where something was typed that must not be lost, a stranger is told to sign in, and reads no more than that", async () => {
    const act = action<typeof input, Answer>({ ...signedInSpec, staysSignedOut: true }, work);
    const told = { message: expect.stringContaining("Sign in again in another tab") };
    expect(await desk.as(null, () => act({ odd: true }))).toEqual(told);
    expect(looked).toBe(0);
  });

  it("who may is told what is wrong with it, and so is anybody where anybody may", async () => {
    const person = await desk.person();
    const told = { message: expect.stringContaining("This is what the form takes.") };
    expect(await desk.as(person, () => action<typeof input, Answer>(signedInSpec, work)("x"))).toEqual(told);
    expect(await desk.as(null, () => publicAction<typeof input, Answer>(spec, work)("x"))).toEqual(told);
    expect(looked).toBe(2);
  });
});
