/**
 * The sandbox acquirer: another company's payment processor, as far as the rest of the product can tell. A process
 * of its own with books of its own, so that what was really charged can be counted whatever happened to us.
 *
 * SANDBOX_PORT (0 takes a free one) and SANDBOX_LEDGER (the books' file) say where. With SANDBOX_CALLBACK_URL and
 * SANDBOX_CALLBACK_SECRET every change of a charge is told to that address, signed with that secret,
 * SANDBOX_CALLBACK_DELAY_MS (10000) after it: as acquirers do, it answers first where it can, and whoever waits for a
 * lost answer has given up by then. SANDBOX_REQUEST_LOG names a file for all that it is sent, card numbers too: for tests.
 */
import { createServer } from "node:http";
import { openBooks } from "./books";
import { type CallbackTarget, startCallbackSender } from "./callback-sender";
import { type Ledger, openLedger } from "./ledger";
import { openRequestLog } from "./request-log";
import { createRequestListener } from "./routes";

const HOST = "127.0.0.1";

type Settings = Readonly<{
  port: number;
  ledgerPath: string;
  callbacks: (CallbackTarget & { delayMs: number }) | null;
  requestLog: string | undefined;
}>;

function readSettings(): Settings {
  const { SANDBOX_PORT: port = "", SANDBOX_LEDGER: ledgerPath = "", SANDBOX_REQUEST_LOG: requestLog } = process.env;
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) fail("SANDBOX_PORT must be a port from 0 to 65535.");
  if (ledgerPath === "") fail("SANDBOX_LEDGER must be the path of the ledger file.");
  return { port: Number(port), ledgerPath, callbacks: readCallbackTarget(), requestLog };
}

function readCallbackTarget(): Settings["callbacks"] {
  const { SANDBOX_CALLBACK_URL: url = "", SANDBOX_CALLBACK_SECRET: secret = "" } = process.env;
  const { SANDBOX_CALLBACK_DELAY_MS: delay = "10000" } = process.env;
  if (url === "" && secret === "") return null;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) fail("SANDBOX_CALLBACK_URL must be an http or https address.");
  if (secret.length < 32) fail("SANDBOX_CALLBACK_SECRET must have at least 32 characters.");
  if (!/^[0-9]{1,6}$/.test(delay)) fail("SANDBOX_CALLBACK_DELAY_MS must be a number of milliseconds.");
  return { url, secret, delayMs: Number(delay) };
}

function fail(message: string): never {
  console.error(`sandbox acquirer: ${message}`);
  process.exit(1);
}

function openLedgerOrFail(path: string): Ledger {
  try {
    return openLedger(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown error";
    return fail(`cannot open the ledger ${path} (${reason}). Check that its folder exists and can be written to.`);
  }
}

function start(): void {
  const { port, ledgerPath, callbacks: target, requestLog } = readSettings();
  const ledger = openLedgerOrFail(ledgerPath);
  const sender = target === null ? null : startCallbackSender(ledger, target);
  const calling = sender === null || target === null ? null : { wake: sender.wake, delayMs: target.delayMs };
  const witness = requestLog ? openRequestLog(requestLog) : undefined;
  const server = createServer(createRequestListener(ledger, openBooks(ledger, calling), witness));
  // Longer than its clients keep a connection, so that it is never this side that closes one under a new call.
  server.keepAliveTimeout = 65_000;

  const stop = () => {
    sender?.stop();
    ledger.close();
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Whoever started it is gone, without having been able to say so.
  process.once("disconnect", stop);

  server.on("error", (cause: NodeJS.ErrnoException) => {
    fail(cause.code === "EADDRINUSE" ? `port ${port} is taken. Set SANDBOX_PORT to a free one.` : cause.message);
  });
  server.listen(port, HOST, () => {
    const address = server.address();
    const listening = typeof address === "object" && address !== null ? address.port : port;
    console.info(`sandbox acquirer listening on http://${HOST}:${listening}`);
  });
}

start();
