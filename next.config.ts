import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` type-checks the whole tree with the pinned compiler; a second pass here would only slow the build.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pino", "@node-rs/argon2", "postgres"],
  experimental: {
    // forbidden() answers 403 with app/forbidden.tsx.
    authInterrupts: true,
  },
};

export default config;
