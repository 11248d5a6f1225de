import type { DatabaseClient } from "@/db/client";
import { testLimits } from "@/lib/rate-limit/testing/test-limits";
import { authCookies } from "../auth-cookies";
import { handleNextAuth } from "../next-auth-handler";
import { nextAuthWork } from "../next-auth-work";
import { APP_URL, ORIGIN, passPassword, type SignInWorld, type TestUser } from "./sign-in-world";

const SECRET = "a secret of the tests, long enough";

type Send = Readonly<{ headers?: Record<string, string>; query?: string; form?: Record<string, string> }>;

/** A browser in front of next-auth's endpoints: it keeps cookies as one does, and nothing else. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  readonly names;

  constructor(
    private readonly world: SignInWorld,
    private readonly appUrl = APP_URL,
    private readonly client: DatabaseClient = world.client,
  ) {
    this.names = authCookies(appUrl);
  }

  async send(
    method: "GET" | "POST",
    path: string,
    { headers = {}, query = "", form = {} }: Send = {},
  ): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = new Headers({ cookie, ...headers });
    const response = await handleNextAuth(
      {
        method,
        segments: path.split("/"),
        headers: sent,
        query: new URLSearchParams(query),
        form: new URLSearchParams(form),
      },
      {
        appUrl: this.appUrl,
        secret: SECRET,
        cookies: this.names,
        cookieSeconds: 43_200,
      },
      nextAuthWork(
        {
          client: this.client,
          ring: async () => this.world.ring,
          sessions: this.world.sessions,
          lockoutSeconds: 900,
          appUrl: this.appUrl,
          limits: testLimits(this.client.db),
          secret: SECRET,
        },
        { headers: sent, cookies: this.names, origin: ORIGIN },
      ),
    );
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  /** Gets a CSRF token, as every form of next-auth begins. */
  async post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
    const { csrfToken } = (await (await this.send("GET", "csrf")).json()) as { csrfToken: string };
    return this.send("POST", path, { headers, form: { csrfToken, json: "true", ...form } });
  }

  /** The first step is done: the browser holds an open challenge of the user. */
  async passPassword(user: TestUser): Promise<void> {
    this.cookies.set(this.names.challenge.name, await passPassword(this.world.client.db, user.userId));
  }

  sendCode(code: string, callbackUrl = "/"): Promise<Response> {
    return this.post("callback/second-factor", { code, callbackUrl });
  }

  get sessionToken(): string | undefined {
    return this.cookies.get(this.names.session.name);
  }

  private keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const [name = "", value = ""] = pair.split("=");
    if (attributes.some((attribute) => attribute.toLowerCase() === "max-age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
