import { expect, test } from "vitest";
import { closedFolderAbove } from "./folder-access";

const user = { uid: 101, gid: 104 };
const folders = (modes: Readonly<Record<string, { uid: number; gid: number; mode: number }>>) => (path: string) =>
  modes[path] ?? { uid: 0, gid: 0, mode: 0o40755 };

test("a path that all may pass is open", () => {
  expect(closedFolderAbove("/srv/shop/.data", user, folders({}))).toBeNull();
});

test("the outermost closed folder is named", () => {
  const closed = { uid: 0, gid: 0, mode: 0o40700 };
  expect(closedFolderAbove("/root/shop/.data", user, folders({ "/root": closed, "/root/shop": closed }))).toBe("/root");
});

test.each([
  ["its owner", { uid: 101, gid: 0, mode: 0o40700 }],
  ["its group", { uid: 0, gid: 104, mode: 0o40710 }],
  ["anybody, without listing it", { uid: 0, gid: 0, mode: 0o40711 }],
])("a folder lets through %s", (_, permissions) => {
  expect(closedFolderAbove("/srv/.data", user, folders({ "/srv/.data": permissions }))).toBeNull();
});

test("the owner's bits bind the owner, even where others may pass", () => {
  const odd = { uid: 101, gid: 0, mode: 0o40077 };
  expect(closedFolderAbove("/srv/.data", user, folders({ "/srv/.data": odd }))).toBe("/srv/.data");
});
