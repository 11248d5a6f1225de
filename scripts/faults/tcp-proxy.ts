import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** One connection through the proxy. */
export type Wire = Readonly<{
  client: Socket;
  target: Socket;
  /** What a rule remembers of it. */
  notes: Set<string>;
}>;

/** What becomes of bytes on their way: `hold` keeps them from arriving, for good. */
export type Verdict = "pass" | "hold" | Readonly<{ replaceWith: Buffer; andThen: "close" }>;

/** Looks at bytes before they go on. May wait: what comes behind waits too. */
export type Rule = (wire: Wire, chunk: Buffer) => Verdict | Promise<Verdict>;

export type Rules = Readonly<{ request?: Rule; answer?: Rule }>;

export type TcpProxy = Readonly<{
  port: number;
  /** From now on, also for open connections; without rules everything passes. */
  obey: (rules: Rules) => void;
  /** Loses every connection, and takes no other until `mend`. */
  cut: () => void;
  mend: () => void;
  /** Loses every connection; the next is taken. */
  drop: () => void;
  close: () => void;
}>;

/** A way to a port of this machine that can be cut, slowed and listened to. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const open = new Set<Wire>();
  let rules: Rules = {};
  let isCut = false;
  const server = createServer({ noDelay: true }, (client) => {
    if (isCut) return client.destroy();
    const target = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    const wire: Wire = { client, target, notes: new Set() };
    open.add(wire);
    const end = () => {
      open.delete(wire);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) socket.on("error", end).on("close", end);
    passOn(wire, client, target, () => rules.request);
    passOn(wire, target, client, () => rules.answer);
    return undefined;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const drop = () => {
    for (const { client, target } of open) {
      client.resetAndDestroy();
      target.destroy();
    }
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    obey: (next) => {
      rules = next;
    },
    cut: () => {
      isCut = true;
      drop();
    },
    mend: () => {
      isCut = false;
    },
    drop,
    close: () => {
      drop();
      server.close();
    },
  };
}

/** One after another, whatever each waits for. */
function passOn(wire: Wire, from: Socket, to: Socket, ruleNow: () => Rule | undefined): void {
  let before = Promise.resolve();
  from.on("data", (chunk: Buffer) => {
    const rule = ruleNow();
    before = before.then(async () => {
      const verdict = rule ? await rule(wire, chunk) : "pass";
      if (verdict === "hold" || to.destroyed) return;
      if (verdict === "pass") to.write(chunk);
      else to.end(verdict.replaceWith);
    });
  });
}
