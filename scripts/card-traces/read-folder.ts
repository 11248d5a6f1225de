import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every file below a folder, with its bytes as Latin-1 text; one that is taken away meanwhile is not there. */
export function* readFolder(folder: string): Generator<Readonly<{ path: string; text: string }>> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = read(path);
    if (text !== null) yield { path: path.slice(folder.length + 1), text };
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
