import { describe, expect, it } from "vitest";
import { attentionItems } from "./home-view";

const none = { count: 0, oldestSeconds: 0 };

describe("what waits for the acquirer", () => {
  it.each([
    [{ count: 1, oldestSeconds: 61 }, "1 payment waits for the acquirer", /^For 1 minute\. /],
    [{ count: 3, oldestSeconds: 7300 }, "3 payments wait for the acquirer", /^The oldest for 2 hours\. /],
    [{ count: 2, oldestSeconds: 200_000 }, "2 payments wait for the acquirer", /^The oldest for 2 days\. /],
  ] as const)("%o: its number, and how long the oldest has waited", (payments, title, detail) => {
    expect(attentionItems({ payments, moves: none })).toMatchObject([{ title, detail: expect.stringMatching(detail) }]);
  });

  it("captures, voids and refunds are told of beside payments; nothing is no item", () => {
    const items = attentionItems({ payments: { count: 1, oldestSeconds: 90 }, moves: { count: 1, oldestSeconds: 90 } });
    expect(items.map(({ title }) => title)).toEqual([
      "1 payment waits for the acquirer",
      "1 capture, void or refund waits for the acquirer",
    ]);
    expect(attentionItems({ payments: none, moves: none })).toEqual([]);
  });
});
