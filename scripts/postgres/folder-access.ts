import { statSync } from "node:fs";
import { dirname } from "node:path";

type Identity = Readonly<{ uid: number; gid: number }>;
type Permissions = Readonly<{ uid: number; gid: number; mode: number }>;

const ENTER = 0o1;

/** The outermost folder on the way to `folder` (itself included) that the user may not enter, or null. */
export function closedFolderAbove(
  folder: string,
  user: Identity,
  statOf: (path: string) => Permissions = statSync,
): string | null {
  return pathFromRoot(folder).find((path) => !mayEnter(statOf(path), user)) ?? null;
}

function mayEnter({ uid, gid, mode }: Permissions, user: Identity): boolean {
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & ENTER) === ENTER;
}

function pathFromRoot(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...pathFromRoot(parent), folder];
}
