import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { webhookHeaders } from "../../lib/webhooks/signature.ts";
import { verifyWebhook, WebhookError } from "./index.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const body = JSON.stringify({ id: "evt_1", type: "customer.erased", created_at: "", data: { id: "cus_é" } });
const NOW = 1_760_000_000;
const sent = (secrets: readonly string[], timestamp = NOW) => webhookHeaders({ id: "evt_1", timestamp, body }, secrets);
const verify = (headers: Record<string, string>, secret = SECRET, text = body) =>
  verifyWebhook(text, headers, secret, { now: NOW });

it("client.webhooks: takes what the server sends, by either secret while one is rotated", async () => {
  expect(await verify(sent([SECRET]))).toEqual(JSON.parse(body));
  expect(await verify(sent([OTHER, SECRET]))).toEqual(JSON.parse(body));
  expect(await verify(sent([OTHER, SECRET]), OTHER)).toEqual(JSON.parse(body));
  expect(await verifyWebhook(body, new Headers(sent([SECRET])), SECRET, { now: NOW })).toEqual(JSON.parse(body));
});

it("client.webhooks: takes it up to five minutes off, either way, and no more", async () => {
  for (const off of [-300, 300]) expect(await verify(sent([SECRET], NOW + off))).toBeDefined();
  for (const off of [-301, 301]) await expect(verify(sent([SECRET], NOW + off))).rejects.toThrow(WebhookError);
});

it("client.webhooks: refuses whatever else there is", async () => {
  const right = sent([SECRET]);
  const hex = createHmac("sha256", "x").update("x").digest("hex");
  const refused: [string, Record<string, string>, string?, string?][] = [
    ["another's secret", sent([OTHER])],
    ["a changed body", right, SECRET, body.replace("cus_é", "cus_f")],
    ["another id", { ...right, "webhook-id": "evt_2" }],
    ["another time", { ...right, "webhook-timestamp": String(NOW + 1) }],
    ["a time that is none", { ...right, "webhook-timestamp": "1e9" }],
    ["no signature", { ...right, "webhook-signature": "" }],
    [
      "a signature of another version",
      { ...right, "webhook-signature": right["webhook-signature"]?.replace("v1", "v2") ?? "" },
    ],
    ["what is no base64", { ...right, "webhook-signature": "v1,!" }],
    ["hexadecimal", { ...right, "webhook-signature": `v1,${hex}` }],
    ["a part of the right one", { ...right, "webhook-signature": right["webhook-signature"]?.slice(0, 20) ?? "" }],
    ["a secret that is none", right, "whsec_!"],
  ];
  for (const [what, headers, secret, text] of refused) {
    await expect(verify(headers, secret, text), what).rejects.toThrow(WebhookError);
  }
});
