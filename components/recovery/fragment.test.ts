import { describe, expect, it } from "vitest";
import { readFragment } from "./fragment";

const TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN_-1";

describe("readFragment", () => {
  it("reads both kinds of link", () => {
    expect(readFragment(`#${TOKEN}`)).toEqual({ kind: "password", token: TOKEN });
    expect(readFragment(`#factors.${TOKEN}`)).toEqual({ kind: "factors", token: TOKEN });
  });

  it.each(["", "#", "#main", `#${TOKEN}x`, `#${TOKEN.slice(1)}`, `#other.${TOKEN}`, TOKEN, `#${TOKEN}\n`])(
    "finds no token in %j",
    (hash) => {
      expect(readFragment(hash)).toBeNull();
    },
  );
});
