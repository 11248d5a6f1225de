import { CARDS } from "./fixtures/cards";
import { newReference, problemCode, readPaymentList, tokenise } from "./fixtures/shop";
import { newNonce } from "./fixtures/signed-client";
import { expect, test } from "./fixtures/test";

// The attack: a request seen on the wire is altered.
test("request-signing.covers: a changed signature, path, body, key or time is refused", async ({ api }) => {
  const reference = newReference("altered");
  const card = await tokenise(api, CARDS.approves);
  const body = JSON.stringify({ amount: "10.00", currency: "USD", reference, card });
  const changes = {
    signature: { headers: { "X-Signature": "0".repeat(64) } },
    path: { sentPath: "/payments?limit=1" },
    body: { sentBody: body.replace("10.00", "1.00") },
    "idempotency key": { headers: { "Idempotency-Key": newReference("other") } },
    time: { headers: { "X-Timestamp": String(Math.floor(Date.now() / 1000) + 60) } },
  };
  for (const [what, change] of Object.entries(changes)) {
    const answer = await api.call("POST", "/payments", { body, idempotencyKey: reference, ...change });
    expect(answer.status, what).toBe(401);
    expect(problemCode(answer), what).toBe("signature_invalid");
  }
  expect(readPaymentList(await api.call("GET", `/payments?reference=${reference}`)).data).toEqual([]);
});

// The attack: a request seen on the wire is sent once more.
test("request-signing.once: a nonce is accepted once", async ({ api }) => {
  const nonce = newNonce();
  expect((await api.call("GET", "/payments?limit=1", { nonce })).status).toBe(200);
  const repeated = await api.call("GET", "/payments?limit=1", { nonce });
  expect(repeated.status).toBe(401);
  expect(problemCode(repeated)).toBe("nonce_replayed");
});

// Servers like to write a query anew before anybody has checked its signature.
test("request-signing.query: the query is signed as new URL() gives it, whatever stands in it", async ({ api }) => {
  const queries = [
    "created_from=2026-01-02T03:04:05.678Z",
    "created_from=2026-01-02T03%3A04%3A05.678Z",
    "reference=O'Brien",
    "reference=a b",
    "reference=a%20b+c",
    "reference=~a/b?c@d,e;f(g)*!$",
    "reference=a%2fb%2Fc",
    "reference=\u00e9t\u00e9",
    "&limit=1&&",
    "",
  ];
  for (const query of queries) {
    expect(await api.call("GET", `/payments?${query}`), query).toMatchObject({ status: 200 });
  }
});
