import { startOwnWebhooks } from "../own-webhooks";

// A server's webhooks and nothing else, until it is killed. The loops' own timers keep no process alive.
startOwnWebhooks();
setInterval(() => undefined, 60_000);
