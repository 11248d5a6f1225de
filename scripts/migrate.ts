/** `npm run db:migrate`: brings a database up to date, as its owner; the demo's of DATA_DIR when none is named. */
import { migrate } from "@/db/migrate";
import { readDemoFile } from "./demo/demo-file";
import { readDemoSettings } from "./demo/settings";
import { Problem } from "./processes/problem";
import { runScript } from "./processes/run-script";

await runScript(async () => {
  const { dataDir } = readDemoSettings(process.env);
  const ownerUrl = process.env.OWNER_DATABASE_URL || readDemoFile(dataDir)?.ownerDatabaseUrl;
  if (!ownerUrl) {
    throw new Problem(
      `There is no database to migrate: OWNER_DATABASE_URL is not set, and ${dataDir} has no demo.`,
      "Set it to the URL of the role that owns the database (not the application's).",
    );
  }
  await migrate(ownerUrl);
  console.log("The database is up to date.");
});
