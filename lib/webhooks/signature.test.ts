import { expect, it } from "vitest";
import { newWebhookSecret, webhookHeaders } from "./signature";

// The example of the specification (standard-webhooks/standard-webhooks, spec/standard-webhooks.md), and of its libraries.
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNED = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: '{"test": 2432232314}' };

it("webhooks.signature: as Standard Webhooks has it", () => {
  expect(webhookHeaders(SIGNED, [SECRET])).toEqual({
    "webhook-id": SIGNED.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("two secrets sign side by side, the newest first; each is 32 random bytes", () => {
  const secrets = [newWebhookSecret(), SECRET] as const;
  const [first, second, ...more] = webhookHeaders(SIGNED, secrets)["webhook-signature"]?.split(" ") ?? [];
  expect([first, second, more]).toEqual([
    webhookHeaders(SIGNED, [secrets[0]])["webhook-signature"],
    webhookHeaders(SIGNED, [SECRET])["webhook-signature"],
    [],
  ]);
  expect(Buffer.from(secrets[0].slice(6), "base64")).toHaveLength(32);
});
