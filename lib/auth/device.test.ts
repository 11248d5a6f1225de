import { describe, expect, it } from "vitest";
import { hmacSha256 } from "@/lib/crypto/mac";
import { newId } from "@/lib/ids/id";
import { readDevice, recogniseDevice, signDevice } from "./device";

const SECRET = "a secret of the tests, long enough";
const OTHER = "a secret of another deployment of ours";

describe("device", () => {
  it("a browser stays the same one, and one without a cookie is new", () => {
    const first = recogniseDevice(SECRET, null);
    expect(recogniseDevice(SECRET, first.cookie)).toEqual(first);
    expect(recogniseDevice(SECRET, null).id).not.toBe(first.id);
  });

  it("device.signed: the attack is to name a device that somebody else is known by", () => {
    const { id, cookie } = recogniseDevice(SECRET, null);
    const [, mac = ""] = cookie.split(".");
    const flipped = (mac.startsWith("A") ? "B" : "A") + mac.slice(1);
    const forged = [
      id,
      `${id}.`,
      `${id}.${mac.slice(1)}`,
      `${id}.${mac.slice(0, -1)}`,
      `${id}.${flipped}`,
      `${id}.${mac}=`,
      `${id}.${mac}.`,
      ` ${cookie}`,
      `${cookie}\n`,
      cookie.toUpperCase(),
      `${newId("dev")}.${mac}`,
      `${newId("ses")}.${mac}`,
      signDevice(OTHER, id),
      `${id}.${hmacSha256(SECRET, id).toString("base64url")}`,
      "",
      ".",
    ];
    for (const value of forged) expect(readDevice(SECRET, value), value).toBeNull();
    expect(readDevice(SECRET, cookie)).toBe(id);
  });
});
