import { describe, expect, it } from "vitest";
import { addressBlock, addressNetwork } from "./address-block";

// The attack: one subscriber's /64 holds 2^64 addresses, each with a quota of its own.
describe("rate-limit.ipv6-block", () => {
  it("counts a /64 as one", () => {
    expect(addressBlock("2001:db8:1:2::1")).toBe(addressBlock("2001:db8:1:2:ffff::9"));
    expect(addressBlock("2001:db8:1:2::1")).not.toBe(addressBlock("2001:db8:1:3::1"));
  });

  it("knows the network of a /64, and none of an IPv4 address", () => {
    expect(addressNetwork("2001:db8:1:2::1")).toBe(addressNetwork("2001:db8:1:ffff::9"));
    expect(addressNetwork("2001:db8:1:2::1")).not.toBe(addressNetwork("2001:db8:2:2::1"));
    expect(["203.0.113.5", "::ffff:203.0.113.5", null, "x"].map(addressNetwork)).toEqual([null, null, null, null]);
  });

  it("counts each IPv4 address, mapped or not", () => {
    expect(addressBlock("203.0.113.5")).toBe("203.0.113.5");
    expect(addressBlock("::ffff:203.0.113.5")).toBe("203.0.113.5");
    expect(addressBlock("203.0.113.6")).not.toBe(addressBlock("203.0.113.5"));
  });

  it("puts what is no address together", () => {
    expect(addressBlock(null)).toBe("unknown");
    expect(addressBlock("nonsense")).toBe("unknown");
  });
});
