import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { action, formAction, heldAction, publicAction, publicFormAction, stepUpAction } from "./action";

type Answer = { kind: "refused"; message: string };

const refused = (message: string): Answer => ({ kind: "refused", message });
const input = z.strictObject({ id: z.string().transform((text) => text.length), by: z.enum(["sms", "email"]) });
const nothing = z.undefined();
const spec = { name: "test", input, onError: refused };
const work = async (): Promise<Answer> => refused("");

type Sent = [input: { id: string; by: "sms" | "email" }];

/** Types alone, which `tsc` checks: nothing of this can be wrong at run time. */
describe("action.input-typed: the mistake is a caller that sends what the schema refuses, which only a click would show", () => {
  it("takes what its schema takes, before any transformation", () => {
    expectTypeOf(publicAction<typeof input, Answer>(spec, work)).parameters.toEqualTypeOf<Sent>();
    expectTypeOf(heldAction<typeof input, Answer>(spec, work)).parameters.toEqualTypeOf<Sent>();
    const signedIn = { ...spec, permission: "security:own" } as const;
    expectTypeOf(action<typeof input, Answer>(signedIn, work)).parameters.toEqualTypeOf<Sent>();
    expectTypeOf(stepUpAction<typeof input, Answer>(signedIn, work)).parameters.toEqualTypeOf<Sent>();
  });

  it("takes nothing where its schema takes nothing", () => {
    const act = publicAction<typeof nothing, Answer>({ ...spec, input: nothing }, work);
    expectTypeOf(act).toExtend<() => Promise<Answer>>();
    expectTypeOf(act).not.toExtend<(input: { id: string }) => Promise<Answer>>();
  });

  it("takes a form, with or without a state, where a form sends it, and no value", () => {
    const signedIn = { ...spec, permission: "security:own" } as const;
    for (const act of [
      publicFormAction<typeof input, Answer>(spec, work),
      formAction<typeof input, Answer>(signedIn, work),
    ]) {
      expectTypeOf(act).toExtend<(state: Answer, form: FormData) => Promise<Answer>>();
      expectTypeOf(act).toExtend<(form: FormData) => Promise<Answer>>();
      expectTypeOf(act).not.toExtend<(input: { id: string; by: "sms" }) => Promise<Answer>>();
    }
  });
});
