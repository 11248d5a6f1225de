import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonPasswords } from "./common-passwords";
import { hashPassword, PASSWORD_LENGTH_MAX, verifyPassword } from "./password";
import { checkNewPassword, PASSWORD_LENGTH_MIN } from "./password-rules";
import { repeatedPiece, withoutRuns } from "./predictable-text";

const OWNER = { email: "asha.rao@saffron.example", name: "Asha Rao-Menon", merchantName: "Saffron & Clove" };

async function refusalOf(password: string): Promise<string> {
  const verdict = await checkNewPassword(password, OWNER);
  return verdict.ok ? "none" : verdict.message;
}

describe("password.common-refused: the attack is to try what people choose most", () => {
  it("refuses each entry of the packaged list that is long enough, however it is written", async () => {
    const long = [...(await commonPasswords())].filter((entry) => entry.length >= PASSWORD_LENGTH_MIN);
    expect(long.length).toBeGreaterThan(250);
    for (const entry of long) {
      for (const written of [entry, entry.toUpperCase(), `${entry}1`, `${entry}!!`, `${entry}${entry}`]) {
        expect([written, await refusalOf(written)]).not.toEqual([written, "none"]);
      }
    }
  });

  it.each([
    "password1234",
    "password1234!",
    "Password2026!",
    "P@ssw0rd1234",
    "passwordpassword",
    "123password123",
    "letmein-1234",
    "Football2025",
    "\uff50\uff41\uff53\uff53word1234", // full-width letters
  ])("refuses %j as common", async (password) => {
    expect(await refusalOf(password)).toMatch(/attackers try first/);
  });

  it("is in lower case, which it is looked up by", async () => {
    const common = await commonPasswords();
    expect(common.size).toBeGreaterThan(40_000);
    expect([...common].filter((entry) => entry !== entry.normalize("NFKC").toLowerCase())).toEqual([]);
  });
});

describe("checkNewPassword", () => {
  it.each([
    "asha.rao@saffron.example",
    "asharao12345",
    "Rao-Asha-2026",
    "SAFFRON CLOVE 1",
    "countinghouse",
    "Countinghouse2026!",
    "countinghouse-password",
    "rao-menon-rao-menon",
  ])("refuses %j, which is known of its owner", async (password) => {
    expect(await refusalOf(password)).toMatch(/made of your name/);
  });

  it.each(["aaaaaaaaaaaa", "ababababababab", "abc1abc1abc1ab", "🙂".repeat(12), "111111111112"])(
    "refuses %j, which repeats",
    async (password) => {
      expect(await refusalOf(password)).toMatch(/repeats the same few/);
    },
  );

  it.each(["qwertyuiop[]", "asdfghjkl;'1", "abcdefghijkl", "098765432109", "1qaz2wsx3edc4rfv", "zxcvbnm,./zx"])(
    "refuses %j, which runs along the keyboard",
    async (password) => {
      expect(await refusalOf(password)).not.toBe("none");
    },
  );

  it.each([
    "correct horse battery staple",
    "tangerine umbrella 40",
    "four words are enough",
    "Ashas umbrella is wet",
    "मेरा पसंदीदा पासवर्ड",
    "kJ8#vq2!mZx9",
    "saffron threads in cold milk",
    "me-4892-7731-9920",
    "            x y z  and spaces",
  ])("takes %j", async (password) => {
    expect(await refusalOf(password)).toBe("none");
  });

  it("counts characters as people do, after NFKC: 11 are too few, 12 are enough", async () => {
    expect(await refusalOf("🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔")).toMatch(/at least 12 characters/);
    expect(await refusalOf("🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧")).toBe("none");
    expect(await refusalOf("cafe\u0301 noirXY")).toMatch(/at least 12 characters/);
    expect(await refusalOf("")).toMatch(/at least 12 characters/);
  });

  it("takes 128 characters and all that is hashed, and refuses what would be cut", async () => {
    const long = (length: number) => randomBytes(length).toString("base64").slice(0, length);
    expect(await refusalOf(long(128))).toBe("none");
    expect(await refusalOf(long(PASSWORD_LENGTH_MAX))).toBe("none");
    expect(await refusalOf(long(PASSWORD_LENGTH_MAX + 1))).toMatch(/at most 1024/);
    const taken = long(128);
    expect(await verifyPassword(await hashPassword(taken), taken)).toBe(true);
  });

  it("refuses half of a surrogate pair, which never signs in", async () => {
    expect(await refusalOf("tangerine \ud800 umbrella")).toMatch(/broken character/);
  });

  it("answers for any text, and takes random ones", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (password) => {
        expect(typeof (await checkNewPassword(password, OWNER)).ok).toBe("boolean");
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 12, maxLength: 96 }), async () => {
        expect(await refusalOf(randomBytes(12).toString("base64url"))).toBe("none");
      }),
    );
  });

  it("an owner without a name that can be found takes nothing away", async () => {
    const nobody = { email: "a@b.example", name: "", merchantName: "X" };
    expect(await checkNewPassword("tangerine umbrella 40", nobody)).toEqual({ ok: true });
  });

  it("answers for the longest text that it looks at, and does not hang", async () => {
    for (const piece of ["a", "1234567890", "ab", "asha", "qwertyuiop", "é"]) {
      await refusalOf(`${piece.repeat(PASSWORD_LENGTH_MAX).slice(0, PASSWORD_LENGTH_MAX - 1)}Z`);
    }
    const digits = ["1", "2", "3", "4"].map((digit) => digit.repeat(PASSWORD_LENGTH_MAX / 4)).join("");
    expect(await refusalOf(digits)).not.toBeNull();
  });
});

describe("predictable text", () => {
  it.each([
    ["qwerty", "q"],
    ["aaaab", "ab"],
    ["1234abcd", "1a"],
    ["were", "we"],
    ["tangerine", "tangerine"],
    ["4321", "4"],
    ["", ""],
  ])("withoutRuns(%j) is %j", (text, left) => {
    expect(withoutRuns(text)).toBe(left);
  });

  it("repeatedPiece finds the piece that any text was repeated from, or a shorter one", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 8 }), fc.integer({ min: 2, max: 9 }), (piece, times) => {
        const found = repeatedPiece(piece.repeat(times));
        expect([...found].length).toBeLessThanOrEqual([...piece].length);
        expect(piece.repeat(times).startsWith(found)).toBe(true);
      }),
    );
    expect(repeatedPiece("abcabcab")).toBe("abc");
    expect(repeatedPiece("correct horse")).toBe("correct horse");
  });
});
