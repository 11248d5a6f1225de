import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** What is wrong in a build that must be caught: a place in the compiled code, and what stands there instead. */
export type Defect = Readonly<{ name: string; find: RegExp; replaceWith: string }>;

export const DEFECTS = {
  /** Each try to charge is a new one to the acquirer. */
  newKeyEachTime: {
    name: "a new idempotency key for each call",
    find: /"idempotency-key":([\w$]+),/g,
    replaceWith: '"idempotency-key":$1+Math.random().toString(36).slice(2,8),',
  },
  /** The oldest mistake: no answer is taken for a no. */
  silenceIsNo: {
    name: "a time-out is a failure",
    find: /updatedAt:([\w$]+)\};case"unknown":return null/g,
    replaceWith:
      'updatedAt:$1};case"unknown":return{status:"failed",capturedMinor:0n,failureCode:"processing_error",failureMessage:"no answer",gatewayReference:null,updatedAt:$1}',
  },
} as const satisfies Record<string, Defect>;

export type BrokenBuild = Readonly<{ root: string; remove: () => void }>;

const NEEDLESS = new Set(["cache", "trace", "trace-build", "types", "diagnostics"]);

/**
 * A copy of the production build with a defect in it, in a folder that stands for the checkout. Throws when the defect fits
 * nowhere: then the compiled code has changed, and the defect has to be written anew.
 */
export function breakBuild(root: string, defect: Defect): BrokenBuild {
  const copy = mkdtempSync(join(tmpdir(), "countinghouse-broken-"));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  try {
    for (const name of readdirSync(root)) {
      if (!name.startsWith(".")) symlinkSync(join(root, name), join(copy, name));
    }
    const filter = (path: string) => !NEEDLESS.has(basename(path));
    cpSync(join(root, ".next"), join(copy, ".next"), { recursive: true, verbatimSymlinks: true, filter });
    const broken = breakFiles(join(copy, ".next", "server", "chunks"), defect);
    if (broken === 0) throw new Error(`"${defect.name}" fits nowhere in the build`);
    return { root: copy, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Returns in how many files the defect is now. */
function breakFiles(folder: string, { find, replaceWith }: Defect): number {
  let broken = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".js")) continue;
    const path = join(entry.parentPath, entry.name);
    const code = readFileSync(path, "utf8");
    const changed = code.replace(find, replaceWith);
    if (changed === code) continue;
    writeFileSync(path, changed);
    broken += 1;
  }
  return broken;
}
