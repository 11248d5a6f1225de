import { describe, expect, it } from "vitest";
import { isAddressIn } from "@/lib/boundary/client-address";
import { addressBlocks, parseAddressBlock } from "./address-blocks";

describe("api-key.allow-list: the attack is a block that admits more than its owner reads in it", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7/32"],
    [" 203.0.113.7/24 ", "203.0.113.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8::1", "2001:db8::1/128"],
    ["2001:db8:ffff::1/32", "2001:db8::/32"],
    ["::/0", "::/0"],
    ["::ffff:203.0.113.7", "203.0.113.7/32"],
    ["::ffff:203.0.113.7/120", "203.0.113.0/24"],
  ])("%s is %s", (text, block) => {
    expect(parseAddressBlock(text)).toBe(block);
  });

  it.each([
    ..."|203.0.113|203.0.113.07|0x7f.1|1|203.0.113.7/33|203.0.113.7/-1|203.0.113.7/24/8|203.0.113.7/|203.0.113.7/08".split(
      "|",
    ),
    ..."2001:db8::/129|fe80::1%eth0|::ffff:203.0.113.7/24|example.com|203.0.113.1-9|*|203.0.113.7 /x|:".split("|"),
  ])("%j is none", (text) => {
    expect(parseAddressBlock(text)).toBeNull();
  });

  it("what was read admits its own addresses, mapped ones too, and no neighbour", () => {
    const blocks = addressBlocks.parse(["203.0.113.9/24", "2001:db8::9/64", "203.0.113.0/24"]);
    expect(blocks).toEqual(["203.0.113.0/24", "2001:db8::/64"]);
    const admitted = ["203.0.113.255", "::ffff:203.0.113.1", "2001:db8::ffff"];
    expect(admitted.map((address) => isAddressIn(address, blocks ?? []))).toEqual([true, true, true]);
    const others = ["203.0.114.1", "2001:db8:0:1::1", "::1", null];
    expect(others.map((address) => isAddressIn(address, blocks ?? []))).toEqual([false, false, false, false]);
  });

  it("none given is no list, and one bad entry is named by its place", () => {
    expect(addressBlocks.parse([])).toBeNull();
    expect(addressBlocks.safeParse(["203.0.113.7", "x"]).error?.issues).toMatchObject([{ path: [1] }]);
  });
});
