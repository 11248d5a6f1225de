import { request } from "node:http";
import { expect, test } from "./fixtures/test";

/** node:http and not fetch, which lets nobody choose the host's name. */
function statusUnder(host: string, url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path: "/outbox", headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on("error", reject);
    call.end();
  });
}

// The attack (DNS rebinding): a page of another site, whose name is made to lead to this machine, reads the codes.
test("outbox.own-host: it is there under the demo's own name and under no other", async ({ demo }) => {
  const { host, port } = new URL(demo.url);
  expect(await statusUnder(host, demo.url)).toBe(200);
  for (const other of ["evil.example", `evil.example:${port}`, `${host}.evil.example`]) {
    expect(await statusUnder(other, demo.url), other).toBe(404);
  }
});
