import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "@/lib/errors/error-codes";
import { OPERATIONS } from "@/lib/openapi/operations";
import { API_POLICIES } from "@/lib/rate-limit/policies";
import { anchorOf, GUIDES, guideText, readGuide } from "./guides";

const text = (slug: (typeof GUIDES)[number]["slug"]) => guideText(slug);

describe("guides", () => {
  it("are the files of docs/guides, each with its title", () => {
    const files = readdirSync("docs/guides").map((name) => name.replace(/\.md$/, ""));
    expect(files.sort()).toEqual(GUIDES.map(({ slug }) => slug).sort());
    for (const { slug, title } of GUIDES) expect(readGuide(slug, "https://pay.example").title).toBe(title);
  });

  it("name this server", () => {
    expect(JSON.stringify(readGuide("quick-start", "https://pay.example").tokens)).toContain(
      "COUNTINGHOUSE_URL=https://pay.example",
    );
  });

  // The `type` of a problem leads there.
  it("errors: every code has its place, with its status", () => {
    const errors = text("errors");
    for (const [code, [status]] of Object.entries(ERROR_CODES)) {
      expect(errors).toContain(`### \`${code}\`\n\n${status}. `);
      expect(anchorOf(`\`${code}\``)).toBe(code);
    }
    expect(errors.match(/^### /gm)).toHaveLength(Object.keys(ERROR_CODES).length);
  });

  it("limits: every policy is there, and webhooks: every type of event", () => {
    for (const policy of Object.keys(API_POLICIES)) expect(text("limits")).toContain(`| \`${policy}\``);
    const list = OPERATIONS.find(({ id }) => id === "listEvents");
    const types = ["payment.captured", "refund.failed", "card.deleted", "customer.erased"];
    for (const type of types) {
      expect(list?.query?.safeParse({ type }).success).toBe(true);
      expect(text("webhooks")).toContain(`\`${type}\``);
    }
  });

  it("webhooks: the attack is to make the sample in Python throw, with what its reader never sent themselves", () => {
    const [, verify = ""] = /```python\n([\s\S]*?)```/.exec(text("webhooks")) ?? [];
    const checks = `
import base64, hashlib, hmac, time
${verify}
key, now = b"k" * 32, str(int(time.time()))
secret = "whsec_" + base64.b64encode(key).decode()
right = "v1," + base64.b64encode(hmac.new(key, f"msg.{now}.{{}}".encode(), hashlib.sha256).digest()).decode()
good = {"webhook-id": "msg", "webhook-timestamp": now, "webhook-signature": "v1,other " + right}
bad = [{}, *({**good, name: value} for name, value in [
    ("webhook-timestamp", "soon"), ("webhook-timestamp", "\u00b2"), ("webhook-timestamp", "9" * 5000),
    ("webhook-signature", "v1,\u00e9"), ("webhook-id", "\udce9")])]
bad += [{name: good[name] for name in good if name != left_out} for left_out in good]
print(verify(secret, good, b"{}"), {verify(secret, headers, b"{}") for headers in bad})`;
    expect(execFileSync("python3", ["-c", checks], { encoding: "utf8" })).toBe("True {False}\n");
  });

  it("links lead to guides and headings that there are", () => {
    const anchors = new Map(
      GUIDES.map(({ slug }) => [
        `/docs/${slug}`,
        [...text(slug).matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)),
      ]),
    );
    for (const { slug } of GUIDES) {
      for (const [, path = "", anchor] of text(slug).matchAll(/\]\((\/[^)#]*)(?:#([^)]*))?\)/g)) {
        expect(anchors.has(path), `${slug}: ${path}`).toBe(true);
        if (anchor) expect(anchors.get(path), `${slug}: ${path}#${anchor}`).toContain(anchor);
      }
    }
  });
});
