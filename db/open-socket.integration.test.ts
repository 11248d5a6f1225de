import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { mapError } from "@/lib/boundary/map-error";
import { selfSigned } from "@/lib/messages/testing/certificate";
import { systemContext } from "./audit-context";
import { connect } from "./client";
import { socketsOf } from "./open-socket";
import { transact } from "./transact";

let database: TestDatabase;
const opened: { close: () => unknown }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  return () => database.drop();
});
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

/** A server in front of nothing, or of the database; where it is reached. */
async function serve(take: (socket: Socket) => void): Promise<{ url: string; port: number; taken: () => number }> {
  let taken = 0;
  const server: Server = createServer((socket) => {
    taken += 1;
    socket.on("error", () => socket.destroy());
    take(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  opened.push({ close: () => server.close() });
  const { port } = server.address() as AddressInfo;
  const url = new URL(database.ownerUrl);
  url.host = `127.0.0.1:${port}`;
  return { url: url.href, port, taken: () => taken };
}

function onward(socket: Socket): Socket {
  const { port, hostname } = new URL(database.ownerUrl);
  const target = createConnection(Number(port), hostname);
  target.on("error", () => socket.destroy());
  socket.on("close", () => target.destroy());
  return target;
}

describe("a connection that is taken and closed at once", () => {
  it.each([
    ["before a word", (socket: Socket) => socket.end()],
    ["after the greeting", (socket: Socket) => socket.once("data", () => socket.end())],
    [
      "in the middle of signing in",
      (socket: Socket) => {
        const target = onward(socket);
        socket.once("data", (hello) => {
          target.write(hello);
          target.once("data", (question) => socket.end(question));
        });
      },
    ],
    ["by a reset", (socket: Socket) => socket.resetAndDestroy()],
  ])(
    "database.closes-at-once: %s, it fails like a refused one and is not asked again and again",
    async (_when, take) => {
      const { url, taken } = await serve(take);
      const client = connect(url, { poolSize: 4, statementTimeoutMs: 5000 });
      opened.push(client);
      const startedAt = performance.now();
      const calls = [
        client.db.execute(sql`select 1`),
        transact(client, systemContext("test"), (tx) => tx.execute(sql`select 1`)),
      ];
      const codes = await Promise.all(
        calls.map((call) => call.then(String, (thrown: unknown) => mapError(thrown).code)),
      );
      expect(codes).toEqual(["service_unavailable", "service_unavailable"]);
      // Less than a connection may take. It was without end.
      expect(performance.now() - startedAt).toBeLessThan(5000);
      expect(taken()).toBeLessThanOrEqual(4);
    },
  );
});

describe("the sockets of a client", () => {
  it("reach each of several hosts in turn", async () => {
    const closing = await serve((socket) => socket.end());
    const working = await serve((socket) => void socket.pipe(onward(socket)).pipe(socket));
    const url = closing.url.replace(`:${closing.port}/`, `:${closing.port},127.0.0.1:${working.port}/`);
    const client = connect(url, { poolSize: 1, statementTimeoutMs: 5000 });
    opened.push(client);
    const ask = () => client.db.execute(sql`select 1 as one`);
    await ask().catch(() => undefined);
    expect(await ask()).toEqual([{ one: 1 }]);
  });

  it("speak TLS where the address asks for it, and look at the certificate's name", async () => {
    const certificate = selfSigned();
    const names: (string | false | null)[] = [];
    const { port } = await serve((socket) => {
      // SSLRequest: eight bytes, answered by one.
      socket.once("data", () => {
        const secure = new TLSSocket(socket, { isServer: true, ...certificate });
        secure.on("error", () => socket.destroy());
        secure.on("secure", () => names.push(secure.servername));
        secure.pipe(onward(socket)).pipe(secure);
        socket.write("S");
      });
    });
    const url = new URL(database.ownerUrl);
    url.host = `localhost:${port}`;
    const ask = async (ca: string) => {
      const options = { max: 1, ssl: { ca }, socket: socketsOf(), fetch_types: false };
      const client = postgres(url.href, options);
      opened.push({ close: () => client.end({ timeout: 1 }) });
      return client`select 1 as one`;
    };
    expect(await ask(certificate.cert)).toEqual([{ one: 1 }]);
    expect(names).toEqual(["localhost"]);
    await expect(ask(selfSigned().cert)).rejects.toThrow(/certificate/);
  });
});
