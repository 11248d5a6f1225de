/** `npm run dev`: the demo's services, with the development server in front of them. */
import { runDemo } from "./demo/run-demo";
import { readDemoSettings } from "./demo/settings";
import { runServers } from "./processes/run-script";

await runServers((shutdown) => runDemo({ settings: readDemoSettings(process.env), shutdown, mode: "development" }));
