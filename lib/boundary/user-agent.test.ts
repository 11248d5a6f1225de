import { describe, expect, it } from "vitest";
import { userAgentOf } from "./user-agent";

const named = (name: string) =>
  userAgentOf(new Headers({ "user-agent": Buffer.from(name, "utf8").toString("latin1") }));
const FULL_WIDTH = "4242424242424242".replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));

describe("user-agent.masked: the attack is to have a card's number kept by way of what a client calls itself", () => {
  it.each(["4242424242424242", "4242-4242-4242-4242", "4242%204242%204242%204242", FULL_WIDTH])("%s", (number) => {
    expect(named(`Till/1.0 ${number}`)).toBe("Till/1.0 [card …4242]");
  });

  it("is read as the UTF-8 it mostly is, and left as it is where it is none", () => {
    expect(named("Café/1.0")).toBe("Café/1.0");
    expect(userAgentOf(new Headers({ "user-agent": "Caf\xe9/1.0" }))).toBe("Caf\xe9/1.0");
    expect(userAgentOf(new Headers())).toBeNull();
  });
});
