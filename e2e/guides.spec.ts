import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { layoutShift, seriousViolations, sidewaysScroll } from "./fixtures/page-quality";
import { expect, test } from "./fixtures/test";

const GUIDES = join(import.meta.dirname, "../docs/guides");
const SAMPLE_MS = 60_000;

type Language = "sh" | "python" | "typescript";

/** What each sample of a guide says when it has worked. A guide with samples that is not here fails below. */
const SAYS: Readonly<Record<string, Partial<Record<Language, RegExp>>>> = {
  "quick-start": {
    sh: /"status":"captured"/,
    python: /^pay_\w+ captured\n\[\('pay_\w+', 'voided', '0\.00'\), \('pay_\w+', 'partially_refunded', '50\.00'\)\]\n$/,
    typescript: /^pay_\w+ captured\n$/,
  },
  signing: { python: /^both signatures are right\n$/, sh: /683d18fa/, typescript: /^true\n$/ },
  idempotency: { python: /^True true\n$/, typescript: /^true\n$/ },
  errors: {
    python: /^422 validation_failed \['\/amount', '\/card'\]\n$/,
    typescript: /^404 not_found req_\w+\n$/,
  },
  limits: { python: /^"get_transaction";q=1000;w=60 "get_transaction";r=\d+;t=\d+\n$/ },
  webhooks: { python: /^True card\.created\n$/, typescript: /^401\n$/ },
  "test-cards": { python: /^201 failed insufficient_funds\n$/ },
  "going-live": {},
};

const blocksOf = (guide: string, language: Language) =>
  [...readFileSync(join(GUIDES, `${guide}.md`), "utf8").matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = ""]) => code);

/** What a reader has from the quick start when they come to another guide. */
function prelude(language: Language): string[] {
  const blocks = blocksOf("quick-start", language);
  return language === "sh" ? blocks.slice(0, 2) : blocks.slice(0, 1);
}

function requireTools(): void {
  for (const [tool, argument] of [
    ["bash", "--version"],
    ["curl", "--version"],
    ["openssl", "version"],
    ["python3", "--version"],
  ]) {
    try {
      execFileSync(tool ?? "", [argument ?? ""], { stdio: "ignore" });
    } catch {
      throw new Error(`The guides' samples need ${tool}, and it is not on this machine. Install it.`);
    }
  }
}

let folder = "";
test.beforeAll(() => {
  requireTools();
  folder = mkdtempSync(join(tmpdir(), "countinghouse-guides-"));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUN: Readonly<Record<Language, readonly [string, string]>> = {
  sh: ["bash", "sample.sh"],
  python: ["python3", "sample.py"],
  typescript: [process.execPath, "sample.ts"],
};

for (const [guide, languages] of Object.entries(SAYS)) {
  for (const language of Object.keys(languages) as Language[]) {
    // The defect: documentation that does not work when it is done as it says.
    test(`guides.samples: ${guide} in ${language}`, async ({ demo }) => {
      const where = join(folder, `${guide}-${language}`);
      mkdirSync(where);
      // The second merchant, whose limits no other test needs; as a reader puts their own server and key in.
      const { id, secret } = demo.other.apiKey;
      const own = (code: string) =>
        code.replaceAll("http://localhost:3000", demo.url).replaceAll("key_test_…", id).replaceAll("cs_test_…", secret);
      const keyOf = { COUNTINGHOUSE_URL: demo.url, COUNTINGHOUSE_KEY: id, COUNTINGHOUSE_SECRET: secret };
      // Playwright asks its children for colours, and a reader's terminal is none of what is tested.
      const env = { ...process.env, ...keyOf, FORCE_COLOR: "0" };
      const run = async (name: string, script: string, command: string, ...args: string[]) => {
        writeFileSync(join(where, name), script);
        return promisify(execFile)(command, [...args, name], { cwd: where, env, timeout: SAMPLE_MS });
      };
      if (language === "typescript") {
        const download = blocksOf("quick-start", "sh").at(-1) ?? "";
        await run("download.sh", `set -euo pipefail\n${download}`, "bash");
      }
      const blocks =
        guide === "quick-start" ? blocksOf(guide, language) : [...prelude(language), ...blocksOf(guide, language)];
      const [command, name] = RUN[language];
      const code = own(blocks.join("\n"));
      const { stdout } = await run(name, language === "sh" ? `set -euo pipefail\n${code}` : code, command);
      expect(stdout).toMatch(languages[language] ?? /never/);
    });
  }
}

test("guides.samples: every sample of every guide is run", () => {
  for (const guide of Object.keys(SAYS)) {
    const written = (["sh", "python", "typescript"] as const).filter(
      (language) => blocksOf(guide, language).length > 0,
    );
    expect(Object.keys(SAYS[guide] ?? {}).sort(), guide).toEqual([...written].sort());
  }
});

test("docs.public: the reference and the guides are there for anybody, with every call and every error", async ({
  page,
}) => {
  await page.goto("/docs");
  await expect(page.getByRole("heading", { level: 1, name: "API reference" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 3, name: "Take a payment" })).toBeVisible();
  await page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name: "Quick start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Quick start" })).toBeVisible();
  const document = await page.request.get("/api/v1/openapi.json");
  expect(document.status()).toBe(200);
  expect(await document.json()).toMatchObject({ openapi: "3.1.0", paths: { "/payments": { post: {} } } });
});

test("docs.good-for-everybody: both themes, wide and narrow", async ({ page }) => {
  test.slow();
  for (const path of ["/docs", "/docs/quick-start", "/docs/test-cards"]) {
    for (const [colorScheme, width] of [
      ["light", 1440],
      ["dark", 360],
    ] as const) {
      const where = `${path} ${colorScheme} ${width}`;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto("about:blank");
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await layoutShift(page), where).toBeLessThanOrEqual(0.05);
      expect(await sidewaysScroll(page), where).toBe(0);
      expect(await seriousViolations(page), where).toEqual([]);
    }
  }
});
