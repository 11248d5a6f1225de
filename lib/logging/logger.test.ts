import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createLogger, type LogLevel, logger, setLogLevel } from "./logger";
import { runWithRequestContext } from "./request-context";

function capture(level: LogLevel = "trace") {
  const lines: string[] = [];
  const log = createLogger({ level, destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "null") };
}

const SECRETS: Record<string, { value: string; shows: RegExp }> = {
  "card number": { value: "4242424242424242", shows: /4242\D{0,9}4242/ },
  "card number, spaced": { value: "4242 4242 4242 4242", shows: /4242\D{0,9}4242/ },
  "card number, dashed": { value: "4242-4242-4242-4242", shows: /4242\D{0,9}4242/ },
  "card number, full-width": { value: "４２４２４２４２４２４２４２４２", shows: /４２４２４２/ },
  "card number, URL-encoded": { value: "4242%204242%204242%204242", shows: /4242\D{0,9}\d*4242/ },
  "API secret": { value: "cs_live_4f9a8b7c6d5e4f3a2b1c", shows: /4f9a8b7c/ },
  "webhook secret": { value: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", shows: /MfKQ9r8G/ },
  "Indian PAN": { value: "ABCPE1234F", shows: /ABCPE1234F/ },
  Aadhaar: { value: "2341 2341 2346", shows: /2341 2341/ },
  "bearer token": { value: "Bearer 8f14e45fceea167a5a36dedd4bea2543", shows: /8f14e45f/ },
  "database URL": { value: "postgres://app:Tr0ub4dor@db/pay", shows: /Tr0ub4dor/ },
  password: { value: "password=Tr0ub4dor&3", shows: /Tr0ub4dor/ },
  CVC: { value: 'cvc: "9753"', shows: /9753/ },
  "one-time code": { value: "OTP 482913", shows: /482913/ },
};

/** Fields whose names alone give their values away. */
const NAMED = {
  password: "Tr0ub4dor",
  cvc: "9753",
  otp: "482913",
  code: "482913",
  token: "Tr0ub4dor",
  aadhaar: "x9753x",
};
const NAMED_SHOWS = /Tr0ub4dor|9753|482913/;

describe("logger.no-secret-leaves", () => {
  // Attack: each kind of secret, planted through every door of the logger.
  for (const [kind, { value, shows }] of Object.entries(SECRETS)) {
    it(kind, () => {
      const { log, lines } = capture();
      const url = new URL(`https://a.example/x?q=${encodeURIComponent(value)}`);
      log.info(value);
      log.info(`said ${value}, and left`);
      log.info("said %s", value);
      log.info("said %o and %j", { deep: { value } }, [value]);
      log.info({ value }, value);
      log.info({ deep: [{ value, list: [[value]] }], map: new Map([["k", value]]), set: new Set([value]) });
      log.info({ url, href: url.href, search: url.searchParams });
      log.info({ [value]: "a field's name" });
      log.info(new Map([["k", value]]));
      log.error(new Error(value));
      log.error({ err: new Error("outer", { cause: new Error(value) }) });
      log.error(new AggregateError([new Error(value)], "many"), "with a message");
      log.error({ err: Object.assign(new Error("x"), { detail: value, response: { body: value } }) });
      log.warn({ message: value, msg: value, error: value });
      log.child({ value, deep: { value } }).info("bound");
      log
        .child({ a: 1 })
        .child({ b: [value] })
        .info({ value }, value);
      log.fatal(value);
      runWithRequestContext({ requestId: value, merchantId: value, actorId: value }, () => log.info("context"));
      expect(lines).toHaveLength(18);
      for (const line of lines) expect(line).not.toMatch(shows);
      expect(lines.join("").match(/masked|card …|tax id|aadhaar/g)?.length).toBeGreaterThan(20);
    });
  }

  it("headers", () => {
    const { log, lines } = capture();
    const given = { Authorization: "Digest Tr0ub4dor", Cookie: "__Host-session=Tr0ub4dor", "X-Signature": "Tr0ub4dor" };
    const headers = new Headers({ ...given, "user-agent": "cvc=9753" });
    log.info({ headers });
    log.info({ headers: { ...given, "set-cookie": ["a=Tr0ub4dor", "b=Tr0ub4dor"] } });
    log.info({ headers: [...headers] });
    log.info({ request: new Request("https://a.example/", { headers }) });
    log.info(new Request("https://a.example/", { headers }));
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).not.toMatch(NAMED_SHOWS);
  });

  it("fields with secret names", () => {
    const { log, lines } = capture();
    log.info(NAMED);
    log.info({ body: NAMED, list: [NAMED] }, "said %o %j", NAMED, { NAMED });
    log.child(NAMED).info("bound");
    log.child({ form: NAMED }).info("bound");
    log.error({ err: Object.assign(new Error("x", { cause: NAMED }), NAMED) });
    log.info({ text: JSON.stringify(NAMED), twice: JSON.stringify(JSON.stringify(NAMED)) });
    log.info({
      query: new URLSearchParams(NAMED).toString(),
      next: encodeURIComponent(new URLSearchParams(NAMED).toString()),
    });
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line).not.toMatch(NAMED_SHOWS);
  });
});

describe("logger.no-way-round-by-message", () => {
  // Attack: an object written into the message is text already, and what its names and neighbours meant is lost.
  it("masks an object before it becomes part of a message", () => {
    const { log, last } = capture();
    log.info("got %j and %o", { card: { number: "6200000000000000" } }, { number: "6200000000000000", exp_month: 1 });
    expect(last().msg).not.toContain("62000000");
  });

  it("masks a message whose parts are harmless only one by one", () => {
    const { log, last } = capture();
    log.info("%s%s", "42424242", "42424242");
    expect(last().msg).toBe("[card …4242]");
  });
});

describe("logger.keeps-what-matters", () => {
  it("merges plain objects, and shows any other as a value", () => {
    const { log, last } = capture();
    log.info({ a: 1 });
    expect(last()).toMatchObject({ a: 1 });
    log.info(new Map([["a", 1]]));
    expect(last()).toMatchObject({ value: { a: 1 } });
    log.info([1, 2]);
    expect(last()).toMatchObject({ value: [1, 2] });
    log.info("%s paid %d of %j", "asha", 5, { number: 7 });
    expect(last()).toMatchObject({ msg: 'asha paid 5 of {"number":7}' });
  });

  it("ids, times and amounts come through untouched", () => {
    const { log, last } = capture();
    const fields = {
      payment: "pay_7zy0123456789abcdefghjkmnp",
      card: { id: "tok_7zy0123456789abcdefghjkmnp", brand: "visa", last4: "4242", exp_month: 12, exp_year: 2030 },
      api_key: "key_test_7zy0123456789abcdefghjkmnp",
      uuid: "446655440000-41d4",
      trace: "550e8400-e29b-41d4-a716-446655440000",
      created_at: "2026-01-02T03:04:05.678Z",
      epoch_ms: 1_760_000_000_000,
      amount: "1234.56",
      amount_minor: 123_456,
      code: "card_declined",
      status_code: 402,
      path: "/api/v1/payments?limit=25&created_from=2026-01-02T03:04:05.678Z",
      idempotency_key: "order-1001",
    };
    log.info(fields, "payment.failed for pay_7zy0123456789abcdefghjkmnp after 41.3 ms");
    expect(last()).toMatchObject({
      ...fields,
      msg: "payment.failed for pay_7zy0123456789abcdefghjkmnp after 41.3 ms",
    });
  });

  it("has level, service, ISO time and message on each line, and no more of its own", () => {
    const { log, last } = capture();
    log.warn("hello");
    expect(last()).toEqual({
      level: "warn",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: "countinghouse",
      msg: "hello",
    });
  });

  it("shows an error with its class, message, stack and cause", () => {
    const { log, last } = capture();
    log.error(new TypeError("outer", { cause: new Error("inner") }));
    expect(last()).toMatchObject({
      level: "error",
      msg: "outer",
      err: {
        type: "TypeError",
        message: "outer",
        stack: expect.stringMatching(/logger\.test/),
        cause: { message: "inner" },
      },
    });
  });

  it("writes nothing below its level", () => {
    const { log, lines } = capture("warn");
    log.info("quiet");
    log.child({ a: 1 }).debug("quiet");
    log.warn("loud");
    expect(lines).toHaveLength(1);
    expect([log.isLevelEnabled("info"), log.isLevelEnabled("error")]).toEqual([false, true]);
  });
});

describe("logger.one-line-each", () => {
  // Attack: a user agent or a name with a line break in it writes a second, forged line, or hides the first.
  it("keeps line breaks and control characters inside the JSON", () => {
    const { log, lines } = capture();
    const forged = 'x\r\n{"level":"info","msg":"refund approved"}\u2028\u0085\u001b[2K\u202e';
    log.info({ forged, [forged]: forged }, forged);
    log.child({ forged }).info("bound");
    log.error(new Error(forged));
    for (const line of lines) {
      expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      // `\\u001b` is a backslash and five characters to whoever decodes the JSON; `\u001b` would be the character itself.
      expect(line).not.toMatch(/(?<!\\)\\(?:u001b|r)/);
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });
});

describe("logger.request-context", () => {
  it("puts the ids of the request on every line, through awaits and children", async () => {
    const { log, lines } = capture();
    await runWithRequestContext({ requestId: "req_a", merchantId: "mer_a", actorId: "usr_a" }, async () => {
      await Promise.resolve();
      log.child({ part: "x" }).info("inside");
    });
    log.info("outside");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ request_id: "req_a", merchant_id: "mer_a", actor_id: "usr_a" });
    expect(JSON.parse(lines[1] ?? "")).not.toHaveProperty("request_id");
  });

  // Attack: a request body with a field `request_id` or `actor_id`, logged as it is, blames somebody else.
  it("cannot be overwritten by what is logged", () => {
    const { log, last } = capture();
    runWithRequestContext({ requestId: "req_true", actorId: "usr_true" }, () => {
      log.info({ request_id: "req_forged", actor_id: "usr_forged" }, "x");
    });
    expect(last()).toMatchObject({ request_id: "req_true", actor_id: "usr_true" });
  });
});

describe("the process's logger", () => {
  it("follows setLogLevel, children too", () => {
    const child = logger.child({ part: "x" });
    expect([logger.isLevelEnabled("debug"), child.isLevelEnabled("debug")]).toEqual([false, false]);
    setLogLevel("debug");
    expect([logger.isLevelEnabled("debug"), child.isLevelEnabled("debug")]).toEqual([true, true]);
    setLogLevel("info");
    expect(child.isLevelEnabled("debug")).toBe(false);
  });

  it("writes to standard output, at once, also when the process is then killed", () => {
    const script = `import { logger } from "./lib/logging/logger"; for (let n = 1; n <= 500; n += 1) logger.info({ n, password: "Tr0ub4dor" }, "hello"); process.kill(process.pid, "SIGKILL");`;
    let output = "";
    try {
      output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
        encoding: "utf8",
      });
    } catch (error) {
      output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    }
    const lines = output.trimEnd().split("\n");
    expect(lines).toHaveLength(500);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ level: "info", n: 500, msg: "hello", password: "[masked]" });
  });
});
