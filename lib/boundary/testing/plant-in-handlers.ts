import { APP_URL } from "@/lib/auth/testing/sign-in-world";
import { CALLBACK_SECRET, chargeCallback, sign } from "./callback-desk";
import { canariesFor, type Planted } from "./canaries";
import type { CanaryWorld } from "./canary-world";
import { leavesOf, withAt } from "./input-fields";
import { type Entrance, type Planting, strayHeaders } from "./plant-canaries";

/** What the pages and their routes read of a query, all at once: none refuses another. */
const QUERY = ["q", "reference", "email", "phone", "callbackUrl", "status", "from", "error"];

type Sent = Readonly<{ path?: string; body?: string; headers?: Readonly<Record<string, string>> }>;

const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
/** Of next-auth's endpoints, those that take a code or an answer. */
const FORMS = ["callback/second-factor", "callback/passkey", "signout"];
const FORM_FIELDS = ["csrfToken", "callbackUrl", "json", "code", "method", "passkey", "unknown"];

/** Plants in a route that nobody signs for: in its path and its query, in what it takes as a form or JSON, in its headers. */
export function plantingsOfHandler(world: CanaryWorld, entrance: Entrance, cookie: string): Planting[] {
  const [method = "", template = ""] = entrance.name.split(" ");
  const usual = template
    .replace("[...nextauth]", "session")
    .replace("[...path]", "v1/nothing")
    .replace("[file]", "index.ts");
  const plant = (where: string, name: string, sent: (canary: Planted) => Sent): Planting[] =>
    canariesFor(name, where.length, false).map((canary) => ({
      where: `${entrance.name} ${where}`,
      canary,
      send: () => {
        const { path = usual, body, headers = {} } = sent(canary);
        const all = { cookie, host: new URL(APP_URL).host, ...strayHeaders(canary), ...headers };
        const request = new Request(new URL(path, APP_URL), {
          method,
          headers: all,
          ...(body === undefined ? {} : { body }),
        });
        return world.browse(all, () => answerOf(entrance, template, request));
      },
    }));
  const open = template.slice(0, template.indexOf("["));
  return [
    ...(template.includes("[")
      ? plant("path", "id", ({ text }) => ({ path: `${open}${encodeURIComponent(text)}/more` }))
      : []),
    ...plant("?", "q", ({ text }) => ({ path: `${usual}?${new URLSearchParams(QUERY.map((name) => [name, text]))}` })),
    ...(method === "GET" ? [] : plantingsOfBody(template, plant)),
  ];
}

type Plant = (where: string, name: string, sent: (canary: Planted) => Sent) => Planting[];

function plantingsOfBody(template: string, plant: Plant): Planting[] {
  if (template.includes("nextauth")) {
    return FORMS.flatMap((form) =>
      FORM_FIELDS.flatMap((name) =>
        plant(`${form} ${name}`, name, ({ text }) => ({
          path: `/api/auth/${form}`,
          body: new URLSearchParams({ method: "totp", json: "true", [name]: text }).toString(),
          headers: FORM_TYPE,
        })),
      ),
    );
  }
  const called: unknown = JSON.parse(chargeCallback({ id: "pay_x", merchantId: "mer_x" } as never));
  const inJson = template.includes("gateway")
    ? leavesOf(called)
    : ["code", "unknown"].map((name) => ({ path: [name], name }));
  return inJson.flatMap(({ path, name }) =>
    plant(path.join("."), name, ({ text }) => {
      const body = JSON.stringify(withAt(template.includes("gateway") ? called : { code: "000000" }, path, text));
      return { body, headers: { ...JSON_TYPE, "x-sandbox-signature": sign(body, CALLBACK_SECRET) } };
    }),
  );
}

/** Calls a route as Next.js does, with the parts of the path that the folder's name asks for. */
async function answerOf({ call }: Entrance, template: string, request: Request) {
  if (typeof call !== "function") throw new Error("this is no route");
  const [, isList, name] = /\[(\.{3})?(\w+)\]/.exec(template) ?? [];
  const from = template.split("/").findIndex((part) => part.startsWith("["));
  const parts = new URL(request.url).pathname.split("/").slice(from).map(decodeURIComponent);
  const params = name === undefined ? {} : { [name]: isList ? parts : parts[0] };
  const response: Response = await Reflect.apply(call, null, [request, { params: Promise.resolve(params) }]);
  return { status: response.status, text: await response.text() };
}
