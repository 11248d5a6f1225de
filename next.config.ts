import type { NextConfig } from "next";

/** On every answer, of pages and of the API (ASVS 3.4). Pages get their content security policy from proxy.ts. */
const SECURITY_HEADERS = [
  { key: "Strict-Transport-Security", value: "max-age=63072000; includeSubDomains" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=()" },
];

const IS_BENCH = process.env.COUNTINGHOUSE_BENCH === "true";

/** `npm run bench` alone: a build of its own, with the empty handler (`*.bench.ts`) that the others are measured against. */
const BENCH: NextConfig = {
  distDir: ".next-bench",
  pageExtensions: ["tsx", "ts", "jsx", "js", "bench.ts"],
  // Next.js writes each new build folder into tsconfig.json; not into one that extends another.
  typescript: { ignoreBuildErrors: true, tsconfigPath: "scripts/bench/tsconfig.json" },
};

/** The Dockerfile's build: the server with no more than it needs. `npm start` wants the ordinary one. */
const IS_STANDALONE = process.env.COUNTINGHOUSE_STANDALONE === "true";

const config: NextConfig = {
  headers: async () => [
    { source: "/:path*", headers: SECURITY_HEADERS },
    {
      source: "/api/:path*",
      headers: [{ key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" }],
    },
  ],
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` type-checks the whole tree with the pinned compiler; a second pass here would only slow the build.
  typescript: { ignoreBuildErrors: true },
  // The development server would print what actions are called with: card numbers, passwords, codes.
  logging: { serverFunctions: false },
  // Read when a page of the documentation is asked for; a standalone build must carry them.
  outputFileTracingIncludes: { "/docs/*": ["./docs/guides/*.md", "./clients/typescript/*.ts"] },
  serverExternalPackages: [
    "pino",
    "@node-rs/argon2",
    "postgres",
    "pg-boss",
    "@opentelemetry/exporter-metrics-otlp-http",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-metrics",
  ],
  experimental: {
    // forbidden() answers 403 with app/forbidden.tsx.
    authInterrupts: true,
  },
  ...(IS_STANDALONE && { output: "standalone" }),
  ...(IS_BENCH && BENCH),
};

export default config;
