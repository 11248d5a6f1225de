import { expect } from "vitest";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import type { ApiDesk } from "./api-desk";

/**
 * 150 payments at the contract's limit of 100 a minute, so many at once: with all of them at once a busy machine makes the
 * tests' Redis miss its deadline. They lack everything, for a call counts valid or not.
 */
export async function expectExactBurst(desk: ApiDesk, key: TestApiKey, atOnce = 150): Promise<void> {
  const pay = (index: number) => desk.post(key, "/api/v1/payments", {}, `burst-${index}`);
  const answers: Awaited<ReturnType<typeof pay>>[] = [];
  while (answers.length < 150) {
    answers.push(...(await Promise.all(Array.from({ length: atOnce }, (_, index) => pay(answers.length + index)))));
  }
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(100);
  expect(refused).toHaveLength(50);
  for (const { headers, json } of refused) {
    expect(json.code).toBe("rate_limited");
    // The first of them leaves the window a minute after it came, and all came within half of one.
    expect(headers.get("retry-after")).toMatch(/^([345]\d|60)$/);
    expect(headers.get("ratelimit")).toBe(`"create_payment";r=0;t=${headers.get("retry-after")}`);
  }
  const told = answers.filter(({ status }) => status === 422).map(({ headers }) => headers.get("ratelimit"));
  expect(new Set(told.map((text) => /r=(\d+);/.exec(text ?? "")?.[1])).size).toBe(100);
}
