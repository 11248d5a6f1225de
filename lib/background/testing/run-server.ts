/** A server without its pages, for a test to start and to end: what `instrumentation.ts` does as one starts, and then waits. */
import { prepareServer } from "../prepare-server";

prepareServer();
setInterval(() => undefined, 60_000);
