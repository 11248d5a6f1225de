import { describe, expect, it } from "vitest";
import { attentionItems, webhookItems } from "./home-view";

const none = { count: 0, oldestSeconds: 0 };

describe("what waits for the acquirer", () => {
  it.each([
    [{ count: 1, oldestSeconds: 61 }, "1 payment waits for the acquirer", /^For 1 minute\. /],
    [{ count: 3, oldestSeconds: 7300 }, "3 payments wait for the acquirer", /^The oldest for 2 hours\. /],
    [{ count: 2, oldestSeconds: 200_000 }, "2 payments wait for the acquirer", /^The oldest for 2 days\. /],
  ] as const)("%o: its number, and how long the oldest has waited", (payments, title, detail) => {
    expect(attentionItems({ payments, moves: none, elsewhere: none })).toMatchObject([
      { title, detail: expect.stringMatching(detail) },
    ]);
  });

  it("captures, voids and refunds are told of beside payments; nothing is no item", () => {
    const one = { count: 1, oldestSeconds: 90 };
    const items = attentionItems({ payments: one, moves: one, elsewhere: { count: 2, oldestSeconds: 90 } });
    expect(items.map(({ title }) => title)).toEqual([
      "2 payments or refunds wait for another acquirer",
      "1 payment waits for the acquirer",
      "1 capture, void or refund waits for the acquirer",
    ]);
    expect(attentionItems({ payments: none, moves: none, elsewhere: none })).toEqual([]);
  });
});

describe("what is wrong with webhooks", () => {
  it("is told by its number; nothing is no item", () => {
    const titles = (health: Parameters<typeof webhookItems>[0]) => webhookItems(health).map(({ title }) => title);
    expect(titles({ failing: 1, disabled: 2, stalled: true })).toEqual([
      "Webhooks are not being sent",
      "2 webhook endpoints are disabled",
      "1 webhook endpoint does not take events",
    ]);
    expect(titles({ failing: 0, disabled: 0, stalled: false })).toEqual([]);
  });
});
