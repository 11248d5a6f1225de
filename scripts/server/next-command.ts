import { join } from "node:path";
import { pathToFileURL } from "node:url";

type Mode = "start" | "dev";

/**
 * Arguments of Node that run the Next.js server. The boundary's preload sees each request's socket before Next does
 * (Next would take the client's word for its own address). `hostname` null listens on every address.
 */
export function nextCommand(
  mode: Mode,
  { root, port, hostname }: Readonly<{ root: string; port: number | null; hostname: string | null }>,
): readonly string[] {
  return [
    ...preloads(root).flatMap((url) => ["--import", url]),
    join(root, "node_modules/next/dist/bin/next"),
    mode,
    ...(hostname === null ? [] : ["--hostname", hostname]),
    ...(port === null ? [] : ["--port", String(port)]),
  ];
}

/** The same preloads for processes that the server forks, as the development server does. */
export function preloadOptions(root: string): string {
  return preloads(root)
    .map((url) => `--import=${url}`)
    .join(" ");
}

/** The preload that ends a program together with whoever started it. */
export function exitWithParent(root: string): string {
  return preload(root, "scripts/server/exit-with-parent.mjs");
}

function preloads(root: string): readonly string[] {
  return [preload(root, "lib/boundary/preload.mjs"), exitWithParent(root)];
}

/** As a URL: a path with a space would end the option. */
function preload(root: string, path: string): string {
  return pathToFileURL(join(root, path)).href;
}
