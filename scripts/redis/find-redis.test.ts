import { expect, test } from "vitest";
import { findRedis } from "./find-redis";

test("one that is named is used, whatever else there is", () => {
  expect(findRedis("/opt/redis", () => true)).toBe("/opt/redis");
});

test("the PATH's comes before one in a usual place", () => {
  expect(findRedis("", () => true, "/a:/b")).toBe("/a/redis-server");
  expect(findRedis("", (path) => path.startsWith("/usr/local"), "/a:/b")).toBe("/usr/local/bin/redis-server");
});

test("none is null", () => {
  expect(findRedis("", () => false)).toBeNull();
});
