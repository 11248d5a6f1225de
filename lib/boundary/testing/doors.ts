import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Where the outside gets in: a file of routes, of a page, of server actions. */
export type DoorKind = "route" | "page" | "action";
export type Door = readonly [kind: DoorKind, path: string];

/** Files that Next.js serves by their name. The images and lists among them are doors that nothing guards. */
const SERVED = /(?:^|\/)(route|page|sitemap|robots|manifest|icon|apple-icon|opengraph-image|twitter-image)\.[jt]sx?$/;
const DIRECTIVE = /^\s*["']use server["'];?\s*$/m;

export const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");

export const importDoor = async (path: string) =>
  (await import(pathToFileURL(join(ROOT, path)).href)) as Record<string, unknown>;

/** All there are, from the files as they are: nobody can forget to list one. */
export function findDoors(): Door[] {
  const sources = ["app", "components", "lib", "db"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[jt]sx?$/.test(entry.name) && !/\.test\.[jt]sx?$/.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
  );
  return [
    ...sources.flatMap((path): Door[] => {
      const [, name] = (path.startsWith("app/") && SERVED.exec(path)) || [];
      return name === undefined ? [] : [[name === "route" ? "route" : "page", path]];
    }),
    ...sources.filter((path) => DIRECTIVE.test(textOf(path))).map((path): Door => ["action", path]),
  ];
}
