import { describe, expect, it, vi } from "vitest";

// The real thing, watched: which hash each check was made against.
vi.mock(import("@node-rs/argon2"), async (original) => {
  const actual = await original();
  return { ...actual, verify: vi.fn(actual.verify) };
});
// Anew: a test that ran before in this process may have loaded them without the watch.
vi.resetModules();
const { hash, verify } = await import("@node-rs/argon2");
const { hashPassword, PASSWORD_LENGTH_MAX, verifyPassword } = await import("./password");

/** All of a PHC string that decides how long a check takes: algorithm, parameters, lengths of salt and hash. */
function shapeOf(phc: string): string {
  const [, algorithm, version, parameters, salt = "", output = ""] = phc.split("$");
  return [algorithm, version, parameters, salt.length, output.length].join(" ");
}

describe("hashPassword and verifyPassword", () => {
  it("is argon2id with OWASP's least parameters or more", async () => {
    const stored = await hashPassword("correct horse battery");
    const [, memoryKib, passes, lanes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(stored) ?? [];
    expect(Number(memoryKib)).toBeGreaterThanOrEqual(19_456);
    expect(Number(passes)).toBeGreaterThanOrEqual(2);
    expect(Number(lanes)).toBeGreaterThanOrEqual(1);
  });

  it("takes the password and nothing near it", async () => {
    const stored = await hashPassword("Correct horse");
    expect(await verifyPassword(stored, "Correct horse")).toBe(true);
    for (const near of ["correct horse", "Correct horse ", " Correct horse", "Correct hors", ""]) {
      expect(await verifyPassword(stored, near)).toBe(false);
    }
  });

  it("password.no-truncation: the attack is to guess the part that counts of a long password", async () => {
    const long = "é".repeat(PASSWORD_LENGTH_MAX - 1);
    const stored = await hashPassword(`${long}a`);
    expect(await verifyPassword(stored, `${long}a`)).toBe(true);
    expect(await verifyPassword(stored, `${long}b`)).toBe(false);
    expect(await verifyPassword(stored, `${long}aa`)).toBe(false);
    expect(await verifyPassword(await hashPassword("x\0yz"), "x\0")).toBe(false);
  });

  it("counts composed and decomposed characters as one password (NFKC)", async () => {
    expect(await verifyPassword(await hashPassword("caf\u00e9 au lait"), "cafe\u0301 au lait")).toBe(true);
  });

  it("never matches half of a surrogate pair, which all have the same bytes", async () => {
    expect(await verifyPassword(await hashPassword("a\ud800b"), "a\ud801b")).toBe(false);
    expect(await verifyPassword(await hashPassword("a\ufffdb"), "a\ud801b")).toBe(false);
  });

  it("without a hash says no after one check, of a hash with the parameters of a real one", async () => {
    vi.mocked(verify).mockClear();
    expect(await verifyPassword(null, "anything")).toBe(false);
    expect(verify).toHaveBeenCalledTimes(1);
    const checked = String(vi.mocked(verify).mock.calls[0]?.[0]);
    expect(shapeOf(checked)).toEqual(shapeOf(await hashPassword("anything")));
  });

  it("rejects a stored value that is no hash: a broken row is not a wrong password", async () => {
    await expect(verifyPassword("not a hash", "anything")).rejects.toThrow();
  });

  it("reads a hash of other parameters", async () => {
    expect(await verifyPassword(await hash("old", { memoryCost: 8192, timeCost: 1 }), "old")).toBe(true);
  });
});
