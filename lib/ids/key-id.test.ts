import { describe, expect, it } from "vitest";
import { newKeyId, parseKeyId } from "./key-id";

describe("newKeyId and parseKeyId", () => {
  it.each(["test", "live"] as const)("a %s key names its mode", (mode) => {
    const id = newKeyId(mode);
    expect(id).toMatch(new RegExp(`^key_${mode}_[0-9a-z]{26}$`));
    expect(parseKeyId(id)).toEqual({ id, mode });
  });

  it.each([
    "key_0000000000000000000000000a",
    "key_prod_00000000000000000000000000",
    "key_test_",
    "pay_test_x",
    null,
    7,
  ])("refuses %j", (text) => {
    expect(parseKeyId(text)).toBeNull();
  });
});
