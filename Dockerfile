# Three images from one file: `app` (the server), `tools` (worker, migrations, keys, audit), `redis-rest`. See docs/DEPLOYMENT.md.
FROM node:24.21.0-bookworm-slim AS base
ENV NEXT_TELEMETRY_DISABLED=1 NPM_CONFIG_UPDATE_NOTIFIER=false
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
# No package's own script is needed for the build, and none runs.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN COUNTINGHOUSE_STANDALONE=true NODE_ENV=production node node_modules/next/dist/bin/next build

# Worker, migrations, rotation of keys, verification of the audit trail: from source, with what `npm start` needs and no more.
FROM base AS tools
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json LICENSE ./
COPY db db
COPY lib lib
COPY scripts scripts
ENV NODE_ENV=production
USER node
STOPSIGNAL SIGTERM
CMD ["node", "--import", "tsx", "scripts/worker.ts"]

# Upstash's REST protocol before a Redis of one's own.
FROM base AS redis-rest
COPY deploy/redis-rest/package.json deploy/redis-rest/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
ENV NODE_ENV=production PORT=8080
USER node
EXPOSE 8080
CMD ["node", "node_modules/@humanwhocodes/upstash-redis-server/dist/server.js"]

# The last one is what `docker build .` makes.
FROM base AS app
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
# Before the server, or it knows no client's address and drains nothing.
COPY --from=build /app/lib/boundary/preload.mjs ./lib/boundary/preload.mjs
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./lib/boundary/preload.mjs", "server.js"]
