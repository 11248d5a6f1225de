import { expect } from "vitest";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import type { ApiDesk } from "./api-desk";

/** 150 payments at once at the contract's limit of 100 a minute. They lack everything, for a call counts valid or not. */
export async function expectExactBurst(desk: ApiDesk, key: TestApiKey): Promise<void> {
  const pay = (index: number) => desk.post(key, "/api/v1/payments", {}, `burst-${index}`);
  const answers = await Promise.all(Array.from({ length: 150 }, (_, index) => pay(index)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(100);
  expect(refused).toHaveLength(50);
  for (const { headers, json } of refused) {
    expect(json.code).toBe("rate_limited");
    // The first of them leaves the window a minute after it came, and all came within a few seconds.
    expect(headers.get("retry-after")).toMatch(/^([45]\d|60)$/);
    expect(headers.get("ratelimit")).toBe(`"create_payment";r=0;t=${headers.get("retry-after")}`);
  }
  const told = answers.filter(({ status }) => status === 422).map(({ headers }) => headers.get("ratelimit"));
  expect(new Set(told.map((text) => /r=(\d+);/.exec(text ?? "")?.[1])).size).toBe(100);
}
