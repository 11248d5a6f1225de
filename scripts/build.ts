/** Makes the production build for the tests, unless `.next` holds that of these sources. */
import { ensureBuild } from "./demo/build";
import { runScript } from "./processes/run-script";
import { ROOT } from "./root";

await runScript(() => ensureBuild({ root: ROOT }));
