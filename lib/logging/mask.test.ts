import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mask } from "./mask";

const PAN = "4242424242424242";
const maskedJson = (value: unknown) => JSON.stringify(mask(value));

describe("mask.by-name", () => {
  it("masks at every depth and leaves the rest as it was", () => {
    const input = {
      amount: "1234.56",
      count: 3,
      ok: true,
      none: null,
      user: { email: "asha@example.com", password: "hunter2", roles: ["owner"], phone: "+919876543210" },
      list: [{ otp: 482_913 }, { code: "482913" }, { code: "card_declined" }, [{ cvc: "737" }]],
    };
    expect(mask(input)).toEqual({
      amount: "1234.56",
      count: 3,
      ok: true,
      none: null,
      user: { email: "a•••@example.com", password: "[masked]", roles: ["owner"], phone: "[masked]" },
      list: [{ otp: "[masked]" }, { code: "[masked]" }, { code: "card_declined" }, [{ cvc: "[masked]" }]],
    });
    expect(input.user.password).toBe("hunter2");
  });

  it("keeps what tells nothing: booleans, null and empty texts", () => {
    const input = { password: null, totp: true, session: false, cookie: "" };
    expect(mask(input)).toEqual(input);
  });

  it("masks whole objects and lists under a secret name, and looks into a session", () => {
    const random = "7zy0123456789abcdefghjkmnp";
    expect(mask({ secret: { a: "x" }, recovery_codes: ["aaaa-bbbb"], tokens: ["abcdefghijkl"] })).toEqual({
      secret: "[masked]",
      recovery_codes: "[masked]",
      tokens: ["[masked]"],
    });
    expect(mask({ session: { id: `ses_${random}`, token: "abc" } })).toEqual({
      session: { id: `ses_${random}`, token: "[masked]" },
    });
  });

  it("knows a number as a card's by what stands around it, Luhn or not", () => {
    const unionPay = "6200000000000000";
    expect(mask({ card: { number: unionPay } })).toEqual({ card: { number: "[masked]" } });
    expect(mask({ number: unionPay, exp_month: 12 })).toEqual({ number: "[masked]", exp_month: 12 });
    expect(mask({ invoice: { number: "2026-17" } })).toEqual({ invoice: { number: "2026-17" } });
  });

  it("follows a name that is itself a value", () => {
    expect(
      mask([
        ["authorization", "Digest abc"],
        ["host", "a.example"],
      ]),
    ).toEqual([
      ["authorization", "[masked]"],
      ["host", "a.example"],
    ]);
    expect(mask({ name: "cvc", value: "737" })).toEqual({ name: "cvc", value: "[masked]" });
    expect(mask({ name: "city", value: "Pune" })).toEqual({ name: "city", value: "Pune" });
    expect(mask(["password", "totp"])).toEqual(["password", "totp"]);
  });
});

describe("mask.by-form", () => {
  it("finds secrets in values, in names of fields and in numbers", () => {
    expect(mask({ note: `card ${PAN}`, [PAN]: 1, n: Number(PAN), big: BigInt(PAN) })).toEqual({
      note: "card [card …4242]",
      "[card …4242]": 1,
      n: "[card …4242]",
      big: "[card …4242]",
    });
  });

  it("leaves ordinary numbers numbers", () => {
    const input = { at: 1_760_000_000_000, us: 1_760_000_000_000_000, minor: 123_456, negative: -5.5, nan: Number.NaN };
    expect(mask(input)).toEqual(input);
  });
});

describe("mask.every-kind-of-object", () => {
  it("reads headers, maps, sets, queries, forms, URLs, dates and bytes", () => {
    const form = new FormData();
    form.append("cvc", "737");
    form.append("file", new Blob(["abc"]));
    const masked = mask({
      headers: new Headers({ authorization: "Bearer abcdef123456", "x-request-id": "req_1" }),
      map: new Map<unknown, unknown>([["password", "hunter2"]]),
      byNumber: new Map<unknown, unknown>([[1, PAN]]),
      set: new Set([PAN]),
      query: new URLSearchParams("token=abc&a=1&a=2"),
      form,
      url: new URL(`https://u:pw@example.com/?q=${PAN}&token=abc`),
      date: new Date("2026-01-02T03:04:05.678Z"),
      bad: new Date(Number.NaN),
      bytes: Buffer.from(PAN),
      view: new Uint8Array(32),
      boxed: new String(PAN),
      pattern: /4242424242424242/,
      fn: () => PAN,
      symbol: Symbol(PAN),
      big: 12n,
    });
    expect(masked).toEqual({
      headers: { authorization: "[masked]", "x-request-id": "req_1" },
      map: { password: "[masked]" },
      byNumber: [[1, "[card …4242]"]],
      set: ["[card …4242]"],
      query: { token: "[masked]", a: ["1", "2"] },
      form: { cvc: "[masked]", file: "[file of 3 bytes]" },
      url: "https://u:[masked]@example.com/?q=[card …4242]&token=[masked]",
      date: "2026-01-02T03:04:05.678Z",
      bad: "[invalid date]",
      bytes: "[16 bytes]",
      view: "[32 bytes]",
      boxed: "[card …4242]",
      pattern: "/[card …4242]/",
      symbol: "Symbol([card …4242])",
      big: "12",
    });
  });

  it("reads requests and responses without their bodies", () => {
    const request = new Request(`https://a.example/pay?token=abc`, {
      method: "POST",
      body: PAN,
      headers: { cookie: "s=1" },
    });
    expect(mask({ request })).toEqual({
      request: {
        method: "POST",
        url: "https://a.example/pay?token=[masked]",
        headers: { cookie: "[masked]", "content-type": "text/plain;charset=UTF-8" },
      },
    });
    expect(maskedJson(new Response(PAN, { status: 201 }))).not.toContain(PAN);
  });

  it("reads what an object says of itself, and masks that", () => {
    class Money {
      toJSON() {
        return { amount: "5.00", secret: "x" };
      }
    }
    expect(mask({ money: new Money() })).toEqual({ money: { amount: "5.00", secret: "[masked]" } });
  });
});

describe("mask.errors", () => {
  // Attack: the secret is not in what the code logs but in what it caught: a driver's detail, a cause's message, a stack.
  it("masks message, stack, cause, errors and own fields", () => {
    const cause = Object.assign(new TypeError(`inner ${PAN}`), {
      detail: `Key (phone)=(+919876543210) exists`,
      code: "23505",
    });
    const error = Object.assign(
      new AggregateError([new Error(`part ${PAN}`)], `outer ${PAN} password=hunter2`, { cause }),
      {
        parameters: ["Asha Rao", "x"],
        code: "482913",
      },
    );
    const masked = maskedJson(error);
    for (const secret of [PAN, "hunter2", "9876543210", "Asha Rao", "482913"]) expect(masked).not.toContain(secret);
    expect(mask(error)).toMatchObject({
      type: "AggregateError",
      message: "outer [card …4242] password=[masked]",
      stack: expect.stringContaining("mask.test.ts"),
      cause: {
        type: "TypeError",
        message: "inner [card …4242]",
        code: "23505",
        detail: "Key (phone)=([masked]) exists",
      },
      errors: [{ message: "part [card …4242]" }],
      parameters: "[masked]",
      code: "[masked]",
    });
  });

  it("names the class, or the name that was set", () => {
    class GatewayError extends Error {}
    expect(mask(new GatewayError("x"))).toMatchObject({ type: "GatewayError" });
    expect(mask(Object.assign(new Error("x"), { name: "AbortError" }))).toMatchObject({ type: "AbortError" });
  });
});

describe("mask.never-fails", () => {
  it("names cycles, and shows a shared object each time", () => {
    const loop: Record<string, unknown> = { a: 1 };
    loop.self = loop;
    expect(mask(loop)).toEqual({ a: 1, self: "[circular]" });
    const shared = { a: 1 };
    expect(mask([shared, shared])).toEqual([shared, shared]);
    const error = new Error("x");
    error.cause = error;
    expect(mask(error)).toMatchObject({ cause: "[circular]" });
  });

  it("survives getters, proxies and toJSON that throw", () => {
    const bomb = () => {
      throw new Error(PAN);
    };
    const input = {
      getter: Object.defineProperty({ a: 1 }, "b", { enumerable: true, get: bomb }),
      proxy: new Proxy({}, { ownKeys: bomb, getPrototypeOf: bomb, get: bomb }),
      json: Object.assign(Object.create({ toJSON: bomb }), { a: 1 }),
      bare: Object.assign(Object.create(null), { a: 1 }),
    };
    expect(mask(input)).toEqual({
      getter: { a: 1, b: "[unreadable]" },
      proxy: "[unreadable]",
      json: "[unreadable]",
      bare: { a: 1 },
    });
  });

  // Attack: a field called __proto__ that gives every later object a new property.
  it("treats __proto__ as a name like any other", () => {
    const masked = mask(JSON.parse('{"__proto__":{"admin":true,"password":"x"},"constructor":1}'));
    expect(JSON.stringify(masked)).toBe('{"__proto__":{"admin":true,"password":"[masked]"},"constructor":1}');
    expect(Object.getPrototypeOf(masked)).toBe(Object.prototype);
  });

  it("bounds depth, breadth and size", () => {
    let deep: unknown = PAN;
    for (let level = 0; level < 5_000; level += 1) deep = { deep };
    expect(maskedJson(deep)).toHaveLength('{"deep":'.length * 8 + '"[cut]"'.length + 8);
    expect(
      Object.keys(Object(mask(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]))))),
    ).toHaveLength(101);
    expect(mask(Array.from({ length: 500 }, () => 1))).toHaveLength(101);
    const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({ text: "y".repeat(5_000) })));
    expect(maskedJson(wide).length).toBeLessThan(100_000);
  });

  it("gives plain JSON for anything", () => {
    const options = {
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
    };
    fc.assert(
      fc.property(fc.anything(options), (value) => {
        JSON.stringify(mask({ value }));
        return true;
      }),
    );
  });

  it("hides a secret wherever in a structure it stands", () => {
    const secret = fc.constantFrom(
      PAN,
      "4242 4242 4242 4242",
      "cs_test_0123456789abcdef",
      "ABCPE1234F",
      "234123412346",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        secret,
        fc.integer(),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 8 }), tie("tree"), { maxKeys: 3 }),
        tie("tree").map((value) => new Map([["k", value]])),
        tie("tree").map((cause) => new Error(typeof cause === "string" ? `failed for ${cause}` : "failed", { cause })),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => !/4242.?4242|0123456789abcdef|ABCPE1234F|234123412346/.test(maskedJson({ value }))),
      { numRuns: 300 },
    );
  });
});
