import { cookies } from "next/headers";
import { z } from "zod";
import { authCookies } from "@/lib/auth/auth-cookies";
import { publicHandler } from "@/lib/boundary/handler";
import { ownDevice, setDeviceCookie } from "@/lib/boundary/own-device";
import { requireOwnOrigin } from "@/lib/boundary/own-origin";
import { parseInput } from "@/lib/boundary/parse-input";
import { parseJsonBody, readBody } from "@/lib/boundary/read-body";
import { env } from "@/lib/env";
import { finishProcessSetup, setupIsOpen } from "@/lib/setup/setup";
import { FINISH_MESSAGES } from "@/lib/setup/setup-messages";

const input = z.strictObject({ code: z.string().max(1_000) });

/** The authenticator's code of the first run: makes merchant, owner and session, and answers the recovery codes, once. */
export const POST = publicHandler(async (request, { origin }) => {
  await requireOwnOrigin();
  const { code } = parseInput(input, parseJsonBody(request.headers, await readBody(request)));
  const { APP_URL, SESSION_ABSOLUTE_SECONDS } = env();
  const { setup, session } = authCookies(APP_URL);
  const jar = await cookies();
  const token = jar.get(setup.name)?.value ?? null;
  const browser = await ownDevice();
  const outcome = (await setupIsOpen())
    ? await finishProcessSetup({ token, code, deviceId: browser.id, origin })
    : ({ kind: "over" } as const);
  const isUnderWay = outcome.kind === "wrong" || outcome.kind === "malformed";
  if (!isUnderWay) jar.set(setup.name, "", { ...setup.options, maxAge: 0 });
  if (outcome.kind !== "done") {
    // Over, the route is as little there as the page; the words are for whoever was just too late.
    const status = outcome.kind === "over" ? 404 : 200;
    return Response.json({ kind: "failed", ...FINISH_MESSAGES[outcome.kind] }, { status });
  }
  await setDeviceCookie(browser);
  jar.set(session.name, outcome.sessionToken, { ...session.options, maxAge: SESSION_ABSOLUTE_SECONDS });
  return Response.json({ kind: "done", recoveryCodes: outcome.recoveryCodes });
});
