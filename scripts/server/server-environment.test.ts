import { expect, test } from "vitest";
import { type DemoServer, serverEnvironment } from "./server-environment";

const server: DemoServer = {
  port: 3000,
  dataDir: "/data",
  databaseUrl: "postgres://countinghouse_app:app@127.0.0.1:5432/countinghouse",
  url: "http://localhost:3000",
  authSecret: "a",
  masterKey: "demo-1:k",
  sandboxUrl: "http://127.0.0.1:4000",
  sandboxCallbackSecret: "c",
  mode: "production",
};

test("server-environment.no-owner-url", () => {
  // The attack: code that runs in the server reads the owner's database URL and switches the audit triggers off.
  const given = {
    OWNER_DATABASE_URL: "postgres://owner",
    PGPASSWORD: "p",
    AWS_SECRET_ACCESS_KEY: "s",
    DATABASE_URL: "x",
  };
  const environment = serverEnvironment(server, given);
  expect(environment).not.toHaveProperty("OWNER_DATABASE_URL");
  expect(environment).not.toHaveProperty("PGPASSWORD");
  expect(environment).not.toHaveProperty("AWS_SECRET_ACCESS_KEY");
  expect(environment.DATABASE_URL).toBe(server.databaseUrl);
});

test("what the user sets for the server gets there", () => {
  const given = { RATE_LIMIT_REFUND: "1/60", SESSION_MAX: "2", GATEWAY_TIMEOUT_MS: "300", TRUSTED_PROXIES: "1" };
  expect(serverEnvironment(server, given)).toMatchObject(given);
});

test("messages of the demo go to a file of its own, whatever the shell says", () => {
  expect(serverEnvironment(server, { OUTBOX_FILE: "/elsewhere" }).OUTBOX_FILE).toBe("/data/outbox.jsonl");
});

test("the demo is on its own acquirer and keys, whatever the shell says", () => {
  const given = { GATEWAY: "stripe", MASTER_KEY: "prod-1:x", AUTH_SECRET: "prod", APP_URL: "https://pay.example" };
  expect(serverEnvironment(server, given)).toMatchObject({
    GATEWAY: "sandbox",
    MASTER_KEY: "demo-1:k",
    AUTH_SECRET: "a",
    APP_URL: "http://localhost:3000",
    DEMO: "true",
  });
});

test("the demo's webhooks reach receivers on the same machine, unless the user forbids it", () => {
  expect(serverEnvironment(server, {}).WEBHOOK_ALLOW_PRIVATE).toBe("true");
  expect(serverEnvironment(server, { WEBHOOK_ALLOW_PRIVATE: "false" }).WEBHOOK_ALLOW_PRIVATE).toBe("false");
});
