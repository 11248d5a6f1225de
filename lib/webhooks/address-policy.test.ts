import { describe, expect, it } from "vitest";
import { mayReach } from "./address-policy";

const PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "::ffff:8.8.8.8"];
const PRIVATE = [
  ...["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
  ...["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::ffff:10.0.0.1", "fc00::1", "fd12:3456::1"],
];
const NEVER = [
  ...["169.254.169.254", "169.254.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "fe80::1", "febf::1"],
  ...["0.0.0.0", "0.1.2.3", "::", "255.255.255.255", "224.0.0.1", "ff02::1", "240.0.0.1", "192.0.2.1", "198.18.0.1"],
  ...["100.64.0.1", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fec0::1"],
  ...["64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001::7f00:1", "::7f00:1", "::ffff:0:7f00:1"],
  ...["", "localhost", "1.2.3", "999.1.1.1", "4000::1", "169.254.169.254 "],
];

describe("ssrf.addresses: the attack is a webhook to an address inside", () => {
  it.each(PUBLIC)("%s is public", (address) => {
    expect([mayReach(address, false), mayReach(address, true)]).toEqual([true, true]);
  });

  it.each(PRIVATE)("%s is private: only where that is allowed", (address) => {
    expect([mayReach(address, false), mayReach(address, true)]).toEqual([false, true]);
  });

  it.each(NEVER)("%s is never sent to", (address) => {
    expect([mayReach(address, false), mayReach(address, true)]).toEqual([false, false]);
  });
});
