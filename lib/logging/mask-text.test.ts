import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_TEXT, maskText } from "./mask-text";

describe("mask-text.card-numbers", () => {
  // Attack: a card number typed into a name, a note or a URL travels into the log inside some message.
  it.each([
    ["plain", "charge 4242424242424242 failed", "charge [card …4242] failed"],
    ["spaced", "4242 4242 4242 4242", "[card …4242]"],
    ["dashed", "no 5555-5555-5555-4444!", "no [card …4444]!"],
    ["full-width", "４２４２４２４２４２４２４２４２", "[card …4242]"],
    ["with encoded spaces", "?q=4242%204242%204242%204242&x=1", "?q=[card …4242]&x=1"],
    ["with every digit encoded", `/find/${"%34%32".repeat(8)}/x`, "/find/[card …4242]/x"],
    [
      "full-width and encoded",
      `?q=${encodeURIComponent("４２４２４２４２４２４２４２４２")}&b=2`,
      "?q=[card …4242]&b=2",
    ],
    ["twice", "4242424242424242, 378282246310005", "[card …4242], [card …0005]"],
    ["in Devanagari", "कार्ड ४२४२ ४२४२ ४२४२ ४२४२", "कार्ड [card …4242]"],
    ["with zero-width spaces", "4242\u200b4242\u200b4242\u200b4242", "[card …4242]"],
  ])("%s", (_form, text, expected) => {
    expect(maskText(text)).toBe(expected);
  });
});

describe("mask-text.identity-numbers", () => {
  it.each([
    ["aadhaar 2341 2341 2346 given", "aadhaar [aadhaar] given"],
    ["PAN ABCPE1234F", "PAN [tax id]"],
    ["abcpe1234f", "[tax id]"],
  ])("%s", (text, expected) => {
    expect(maskText(text)).toBe(expected);
  });
});

describe("mask-text.tokens", () => {
  const jwt = `eyJhbGciOiJIUzI1NiJ9.${"a1B2".repeat(6)}.${"c3D4".repeat(6)}`;
  it.each([
    ["key cs_test_0123456789abcdef leaked", "key cs_test_[masked] leaked"],
    ["cs_live_abc", "cs_live_[masked]"],
    ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD=", "whsec_[masked]"],
    ["sk_live_51Habc", "sk_live_[masked]"],
    [`got ${jwt} here`, "got [jwt] here"],
    ["Authorization: Bearer abcdef123456", "Authorization: Bearer [masked]"],
    ["sent bearer 8f14e45fceea167a", "sent bearer [masked]"],
    ["Basic dXNlcjpwYXNz0A==", "Basic [masked]"],
    ["postgres://app:s3cr/et@p@db.local:5432/pay", "postgres://app:[masked]@db.local:5432/pay"],
    ["postgres://app:secret@db.example.com/pay", "postgres://app:[masked]@db.example.com/pay"],
    ["redis://:hunter2@cache", "redis://:[masked]@cache"],
    ["https://user:pw@example.com/x", "https://user:[masked]@example.com/x"],
    ["mail priya.k+test@example.co.in now", "mail p•••@example.co.in now"],
  ])("%s", (text, expected) => {
    expect(maskText(text)).toBe(expected);
  });
});

describe("mask-text.named-values", () => {
  it.each([
    ["/login?password=hunter2&next=/", "/login?password=[masked]&next=/"],
    ["/cb?state=1&access_token=abc.def#x", "/cb?state=1&access_token=[masked]"],
    ['body {"cvc":"737","amount":"5.00"}', 'body {"cvc":"[masked]","amount":"5.00"}'],
    ['{"password": "two words; and, \\"more\\""}', '{"password": "[masked]"}'],
    ["{ password: 'two words' }", "{ password: '[masked]' }"],
    ['"{\\"password\\":\\"hunter2\\"}"', '"{\\"password\\":\\"[masked]\\"}"'],
    ["Cookie: a=b; c=d\r\nHost: x", "Cookie: [masked]\\u000d\nHost: x"],
    ["?callbackUrl=%2Flogin%3Ftoken%3Dabc123%26x%3D1", "?callbackUrl=%2Flogin%3Ftoken%3D[masked]%26x%3D1"],
    ["card%5Bcvc%5D=737", "card%5Bcvc%5D=[masked]"],
    ["Key (phone)=(+919876543210) already exists.", "Key (phone)=([masked]) already exists."],
    ["password=a,b;c)d} and", "password=[masked]} and"],
    ["(pin=1234), (code=482913).", "(pin=[masked]), (code=[masked])."],
    ["__Host-session=abcdef; Path=/", "__Host-session=[masked]; Path=/"],
    [`${"x_".repeat(100)}password=hunter2`, `${"x_".repeat(100)}password=[masked]`],
    ["password=[a]bc&x=1", "password=[masked]&x=1"],
    ["newPassword=x", "newPassword=[masked]"],
    ['otps: ["123456","654321"]', "otps: [masked]"],
    ["code=482913", "code=[masked]"],
    ["code=card_declined", "code=card_declined"],
    ["status_code=404 exit code 1006", "status_code=404 exit code 1006"],
    ["password=null cvc: false", "password=null cvc: false"],
    ["password: [masked]", "password: [masked]"],
  ])("%s", (text, expected) => {
    expect(maskText(text)).toBe(expected);
  });

  it.each([
    ["Your code is 482913.", "Your code is [masked]."],
    ["OTP 482 913 sent", "OTP [masked] sent"],
    ["cvc 737", "cvc [masked]"],
    ["security code: 7373", "security code: [masked]"],
    ["pin #1234", "pin #[masked]"],
  ])("%s", (text, expected) => {
    expect(maskText(text)).toBe(expected);
  });

  it("hides the values of a failed statement, in a message and in a stack", () => {
    const message = "Failed query: insert into users values ($1, $2)\nparams: Asha Rao,hunter2";
    expect(maskText(message)).toBe("Failed query: insert into users values ($1, $2)\nparams: [masked]");
    expect(maskText(`Error: ${message}\n    at run (x.ts:1:2)`)).toBe(
      "Error: Failed query: insert into users values ($1, $2)\nparams: [masked]\n    at run (x.ts:1:2)",
    );
  });
});

describe("mask-text.leaves-the-rest", () => {
  it.each([
    "pay_7zy0123456789abcdefghjkmnp",
    "req_01234567890123456789012345",
    "2026-01-02T03:04:05.678Z",
    "1760000000000",
    "1760000000000000",
    "550e8400-e29b-41d4-a716-446655440000",
    "1234.56",
    "999999999999.99",
    "₹1,23,456.00",
    "POST /api/v1/payments?limit=25&cursor=abc 201 in 12.4 ms",
    "at handler (file:///srv/app/lib/auth/password.ts:12:34)",
    "v1.dk-abc.AAAAAAAAAAAAAAAA.x.y",
    "100%",
    "%E0%A4%A",
    "Basic authentication is off",
    "naïve café 👩‍💻",
    "line one\n\tline two",
    "",
  ])("%j", (text) => {
    expect(maskText(text)).toBe(text);
  });
});

describe("mask-text.terminal-safe", () => {
  // Attack: a user agent that moves the cursor, or turns the line round, and so writes a line of its own on the screen of whoever reads the log.
  it("writes control and direction characters out", () => {
    expect(maskText("a\u001b[2Kb\rc\u0085d\u2028e\u202ef\u2066g\u0000h\u009bi\u200fj")).toBe(
      "a\\u001b[2Kb\\u000dc\\u0085d\\u2028e\\u202ef\\u2066g\\u0000h\\u009bi\\u200fj",
    );
  });

  it("leaves none behind, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        return !/(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(maskText(text));
      }),
    );
  });
});

describe("mask-text.bounded", () => {
  it("cuts a long text and says how long it was", () => {
    const masked = maskText("x".repeat(100_000));
    expect(masked).toBe(`${"x".repeat(LONGEST_TEXT)}… [cut: 100000 characters]`);
  });

  // Attack: push the card number over the edge, so that only its first half is kept and no longer looks like one.
  it("masks a secret that the cut would run through", () => {
    for (let shift = 0; shift <= 30; shift += 1) {
      const masked = maskText(`${"x ".repeat(5_000).slice(0, LONGEST_TEXT - shift)} 4242 4242 4242 4242 and more`);
      expect(masked).not.toMatch(/4242 /);
    }
  });

  // Attack: a text made so that a pattern tries every way to fail.
  it.each([
    ["names", "a".repeat(8_192)],
    ["dots", "a.".repeat(4_096)],
    ["ats", "a@".repeat(4_096)],
    ["addresses", "a://".repeat(2_048)],
    ["addresses with colons", "a://b:".repeat(1_365)],
    ["web addresses", "http://b:".repeat(910)],
    ["pairs", "token=".repeat(1_365)],
    ["quotes", 'password="'.repeat(819)],
    ["brackets", "otp=[".repeat(1_638)],
    ["spaces", `token${" ".repeat(8_000)}`],
    ["cookies", "cookie: ".repeat(1_024)],
    ["digits", "4 2".repeat(2_730)],
    ["escapes", "%34".repeat(2_730)],
    ["schemes", "bearer ".repeat(1_170)],
    ["tokens", "eyJ".repeat(2_730)],
    ["codes", "code is ".repeat(1_024)],
    ["local parts", `${"a.b-".repeat(2_000)}@`],
  ])("takes no more for many %s than for as many in eight pieces", (_what, text) => {
    const piece = text.slice(0, text.length / 8);
    const times = Array.from({ length: 15 }, () => ({
      whole: timeOf(() => maskText(text)),
      pieces: timeOf(() => Array.from({ length: 8 }, () => maskText(piece))),
    }));
    // The least of each, side by side on one machine. Work that grows with the square would be eight times as much.
    expect(least(times, "whole") / least(times, "pieces")).toBeLessThan(4);
  });
});

function timeOf(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function least<K extends string>(times: readonly Record<K, number>[], which: K): number {
  return Math.min(...times.map((time) => time[which]));
}
