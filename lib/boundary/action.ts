import { redirect, unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import type { AuditContext } from "@/db/audit-context";
import type { Permission } from "@/lib/auth/permissions";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors/app-error";
import type { ErrorCode } from "@/lib/errors/error-codes";
import { logger } from "@/lib/logging/logger";
import { runWithRequestContext } from "@/lib/logging/request-context";
import type { DashboardPolicy } from "@/lib/rate-limit/policies";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { StepUpRequired } from "@/lib/step-up/demand";
import { openStepUp, type StepUpQuestion } from "@/lib/step-up/open-step-up";
import { currentSession, heldSession, requestOrigin, sessionContext } from "./current-session";
import { isPermitted } from "./is-permitted";
import { mapError } from "./map-error";
import { requireOwnOrigin } from "./own-origin";
import { parseInput } from "./parse-input";
import { requireSession } from "./require-session";
import { takeUserLimit } from "./take-user-limit";
import { markWrapped, rememberSpec } from "./wrapped";

type Origin = Pick<AuditContext, "ip" | "userAgent" | "requestId">;

type Spec<Input extends z.ZodType, Output> = Readonly<{
  /** For the log. */
  name: string;
  input: Input;
  /** What the caller gets for a refusal or a failure; `message` is fit to be shown. `input` is what was sent, unchecked. */
  onError: (message: string, input: Readonly<Record<string, unknown>>, code: ErrorCode) => Output;
}>;

type SignedInSpec<Input extends z.ZodType, Output> = Spec<Input, Output> &
  Readonly<{
    permission: Permission;
    policy?: DashboardPolicy;
    /** Something was typed that must not be lost: under a session that has ended it is refused in place, not led away. */
    staysSignedOut?: boolean;
    /** What the caller gets when `work` needs a proof first; without it, a refusal. */
    onStepUp?: (question: StepUpQuestion) => Output;
  }>;

type SignedInWork<Input extends z.ZodType, Output> = (
  call: { session: CurrentSession; context: AuditContext },
  input: z.output<Input>,
) => Promise<Output>;

type PublicWork<Input extends z.ZodType, Output> = (
  call: { origin: Origin },
  input: z.output<Input>,
) => Promise<Output>;

/** Reads what was sent. Throws 422. */
type Read<Input extends z.ZodType> = () => z.output<Input>;

/** Reads what was sent only once it knows that whoever sent it may. */
type Work<Input extends z.ZodType, Output> = (origin: Origin, read: Read<Input>) => Promise<Output>;

/** What a caller hands over: what the schema takes, or nothing where that is `undefined`. The types of callers hang on it. */
type Handed<Input extends z.ZodType> =
  undefined extends z.input<Input> ? [input?: z.input<Input>] : [input: z.input<Input>];

/** An action that takes a value. */
export type ValueAction<Input extends z.ZodType, Output> = (...handed: Handed<Input>) => Promise<Output>;

/** An action that takes a form: by itself, or after the state of `useActionState`. */
export type FormAction<Output> = (...sent: [state: Output, form: FormData] | [form: FormData]) => Promise<Output>;

/**
 * An `action` whose work calls `requireStepUp`. Where the proof is missing it answers the question for the dialog
 * (components/step-up), which runs it again with the same input once the proof is given.
 */
export function stepUpAction<Input extends z.ZodType, Output>(
  spec: Omit<SignedInSpec<Input, Output | StepUpQuestion>, "onStepUp">,
  work: SignedInWork<Input, Output | StepUpQuestion>,
): ValueAction<Input, Output | StepUpQuestion> {
  return action<Input, Output | StepUpQuestion>({ ...spec, onStepUp: (question) => question }, work);
}

/** A server action for a signed-in person with a permission. Under a session that has ended it leads to the sign-in. */
export function action<Input extends z.ZodType, Output>(
  spec: SignedInSpec<Input, Output>,
  work: SignedInWork<Input, Output>,
): ValueAction<Input, Output> {
  return wrap(spec, asSignedIn(spec, work));
}

/** An `action` that a form sends. */
export function formAction<Input extends z.ZodType, Output>(
  spec: SignedInSpec<Input, Output>,
  work: SignedInWork<Input, Output>,
): FormAction<Output> {
  return wrap(spec, asSignedIn(spec, work));
}

function asSignedIn<Input extends z.ZodType, Output>(
  spec: SignedInSpec<Input, Output>,
  work: SignedInWork<Input, Output>,
): Work<Input, Output> {
  return async (_origin, read) => {
    const session = spec.staysSignedOut ? await sessionInPlace() : await requireSession();
    const context = await sessionContext(session);
    if (!(await isPermitted(session, context, spec.permission))) {
      throw new AppError("permission_denied", "Your role may not do this.");
    }
    const input = read();
    if (spec.policy) await takeUserLimit(session.user.id, spec.policy);
    try {
      return await work({ session, context }, input);
    } catch (thrown) {
      if (!(thrown instanceof StepUpRequired) || !spec.onStepUp) throw thrown;
      // Of this session: the thief of another keeps nobody from ending it.
      await takeUserLimit(session.sessionId, "step_up");
      return spec.onStepUp(await openStepUp(database(), context, session, thrown.demand));
    }
  };
}

async function sessionInPlace(): Promise<CurrentSession> {
  const session = await currentSession();
  if (session !== null) return session;
  throw new AppError(
    "unauthenticated",
    "You were signed out, so nothing was sent. Sign in again in another tab, then come back here and send it.",
  );
}

/** A server action under a held session: what releases it. Anybody else is led to where they belong. */
export function heldAction<Input extends z.ZodType, Output>(
  spec: Spec<Input, Output>,
  work: SignedInWork<Input, Output>,
): ValueAction<Input, Output> {
  return wrap(spec, async (_origin, read) => {
    const session = await heldSession();
    if (!session) redirect("/login");
    const input = read();
    // Of this session, not of its user: who holds a stolen cookie keeps nobody from releasing another.
    await takeUserLimit(session.sessionId, "release");
    return work({ session, context: await sessionContext(session) }, input);
  });
}

/** A server action for anybody: the steps of signing in and of recovery. */
export function publicAction<Input extends z.ZodType, Output>(
  spec: Spec<Input, Output>,
  work: PublicWork<Input, Output>,
): ValueAction<Input, Output> {
  return wrap(spec, (origin, read) => work({ origin }, read()));
}

/** A `publicAction` that a form sends. */
export function publicFormAction<Input extends z.ZodType, Output>(
  spec: Spec<Input, Output>,
  work: PublicWork<Input, Output>,
): FormAction<Output> {
  return wrap(spec, (origin, read) => work({ origin }, read()));
}

/**
 * The order of every action: origin, session, permission, schema, quota, work, error map, one log line. The last argument is the
 * input, a form or a value; before it React may put the form's state.
 */
function wrap<Input extends z.ZodType, Output>(spec: Spec<Input, Output>, work: Work<Input, Output>) {
  async function run(...sent: unknown[]): Promise<Output> {
    const raw = toPlain(sent.at(-1));
    const origin = await requestOrigin();
    return runWithRequestContext({ requestId: origin.requestId ?? "" }, async () => {
      const startedAt = performance.now();
      let code: string | undefined;
      try {
        await requireOwnOrigin();
        return await work(origin, () => parseInput(spec.input, raw));
      } catch (thrown) {
        unstable_rethrow(thrown);
        const error = mapError(thrown);
        code = error.code;
        if (error.status >= 500) logger.error({ err: error.cause ?? error }, "action failed");
        return spec.onError(error.message, typeof raw === "object" && raw !== null ? { ...raw } : {}, error.code);
      } finally {
        logger.info(
          { action: spec.name, error_code: code, duration_ms: Math.round(performance.now() - startedAt) },
          "action",
        );
      }
    });
  }
  return rememberSpec(markWrapped(run, "action"), spec);
}

function toPlain(input: unknown): unknown {
  if (!(input instanceof FormData)) return input;
  return Object.fromEntries([...input].filter(([name]) => !name.startsWith("$ACTION")));
}
