import { describe, expect, it } from "vitest";
import { maskPhone, maskTaxId } from "./personal-mask";

describe("maskPhone", () => {
  it.each([
    ["+919876543210", "+91••••••3210"],
    ["+14155550100", "+1••••••0100"],
    ["+442079460958", "+44••••••0958"],
    // No country has this code: nothing but the end is shown.
    ["+9998765432", "+••••••5432"],
    // Shorter than any real one: four of six digits would be nearly all of it.
    ["+1234567", "+1••••67"],
  ])("%s is %s", (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked);
  });
});

describe("maskTaxId", () => {
  it("shows the last four", () => {
    expect(maskTaxId("ABCDE1234F")).toBe("••••••234F");
  });
});
