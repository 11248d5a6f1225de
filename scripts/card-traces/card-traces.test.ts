import { createHash } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import { tracesIn } from "./card-traces";

const VISA = "4242424242424242";
const AMEX = "378282246310005";
const secrets = { numbers: [VISA, AMEX], codes: ["079"] };

describe("card-traces.finds: a number that is kept", () => {
  const base64 = (before: string) => Buffer.from(`${before}${VISA}&x=1`).toString("base64");
  it.each([
    ["plain", `a=${VISA};`],
    ["in groups", "4242 4242 4242 4242"],
    ["in groups", "4242-4242-4242-4242"],
    ["in groups", "card=4242+4242+4242+4242"],
    ["in groups", "q=4242%204242%204242%204242"],
    ["in hex", Buffer.from(`{"n":"${VISA}"}`).toString("hex")],
    ["in base64", base64("")],
    ["in base64", base64("a")],
    ["in base64", base64("ab")],
    ["in base64", Buffer.from(VISA).toString("base64url")],
    ["in UTF-16", Buffer.from(`x${VISA}`, "utf16le").toString("latin1")],
    ["as a digest", createHash("sha256").update(VISA).digest("hex")],
    ["as a digest", createHash("sha1").update(VISA).digest("base64url")],
    ["as a digest", createHash("md5").update(VISA).digest().toString("latin1")],
  ])("%s: %s", (form, text) => {
    expect(tracesIn(text, secrets)).toEqual([`4242…4242 ${form}`]);
  });

  it("of 15 digits, in its own groups", () => {
    expect(tracesIn("3782 822463 10005", secrets)).toEqual(["3782…0005 in groups"]);
    expect(tracesIn(AMEX, secrets)).toEqual(["3782…0005 plain"]);
  });
});

describe("card-traces.finds: a security code", () => {
  it.each(['{"cvc":"079"}', "{cvc=079}", "cvc: 079", '"security_code" : 123', "cvv2=9999", '\\"cvc\\":\\"123\\"'])(
    "by its name: %s",
    (text) => {
      expect(tracesIn(text, secrets)).toContain("digits named as a code");
    },
  );

  it.each(["(pay_1,079,INR)", '"079"', "079", "check 079 for me"])("by itself: %s", (text) => {
    expect(tracesIn(text, secrets)).toEqual(["code 079"]);
  });
});

test("what only looks like one is none: times, parts of longer numbers, random text, four last digits", () => {
  const harmless = [
    ...["2026-11-25 13:05:50.079 UTC", "10790", "pay_079", "-079_", "x+079/", "4242", "424242424242424", "1.079"],
    ...["cvc", '"cvc":null', "Type the CVC. 3 digits", '"cvc_checked":true'],
  ];
  for (const text of harmless) expect(tracesIn(text, secrets), text).toEqual([]);
});
