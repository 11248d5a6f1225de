import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientAddress, isAddressIn } from "./client-address";

const stamps = globalThis as typeof globalThis & { countinghouseStampsAddresses?: boolean };
const headers = (address: string) => new Headers({ "x-countinghouse-client-address": address });

describe("clientAddress", () => {
  beforeEach(() => {
    stamps.countinghouseStampsAddresses = true;
  });
  afterEach(() => {
    delete stamps.countinghouseStampsAddresses;
  });

  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["::1", "::1"],
  ])("reads %s as %s", (text, address) => {
    expect(clientAddress(headers(text))).toBe(address);
  });

  it.each(["", "unknown", "192.0.2.1, 192.0.2.2", "192.0.2.1:443", "192.0.2.300", "<script>"])("%s is none", (text) => {
    expect(clientAddress(headers(text))).toBeNull();
  });

  it("is none without the header", () => {
    expect(clientAddress(new Headers({ "x-forwarded-for": "192.0.2.1" }))).toBeNull();
  });

  it("address.not-the-clients-word: without the preload the header is anybody's, and counts for nothing", () => {
    delete stamps.countinghouseStampsAddresses;
    expect(clientAddress(headers("192.0.2.1"))).toBeNull();
  });
});

describe("isAddressIn", () => {
  it.each<[string | null, string[], boolean]>([
    ["192.0.2.1", ["192.0.2.0/24"], true],
    ["192.0.3.1", ["192.0.2.0/24"], false],
    ["192.0.2.1", ["192.0.2.1/32"], true],
    ["192.0.2.2", ["192.0.2.1/32"], false],
    ["192.0.2.1", ["0.0.0.0/0"], true],
    ["::ffff:192.0.2.1", ["192.0.2.0/24"], true],
    ["2001:db8::1", ["2001:db8::/32"], true],
    ["2001:db9::1", ["2001:db8::/32"], false],
    ["2001:db8::1", ["0.0.0.0/0"], false],
    ["192.0.2.1", ["::/0"], false],
    ["192.0.2.1", ["10.0.0.0/8", "192.0.2.0/24"], true],
    ["192.0.2.1", [], false],
    [null, ["0.0.0.0/0", "::/0"], false],
  ])("%s in %j: %s", (address, blocks, expected) => {
    expect(isAddressIn(address, blocks)).toBe(expected);
  });
});
