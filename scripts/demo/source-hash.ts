import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What goes into the production build: these folders, and the files beside them that steer it. */
const FOLDERS = ["app", "components", "db", "lib", "public", "types"];
const BESIDE = /^(package|package-lock|tsconfig|components)\.json$|^(next|postcss)\.config\.|^(proxy|instrumentation)/;
const NOT_BUILT = /\.test\.tsx?$/;

/** One hash over the names and bytes of all sources of the build: two equal ones give the same build. */
export function sourceHash(root: string): string {
  const hash = createHash("sha256");
  for (const path of sourceFiles(root).toSorted()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function sourceFiles(root: string): readonly string[] {
  const beside = readdirSync(root).filter((name) => BESIDE.test(name));
  const inside = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !NOT_BUILT.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
  return [...beside, ...inside];
}
