import { resolve } from "node:path";
import { z } from "zod";
import { Problem } from "../processes/problem";

const port = z.coerce.number().int().min(1).max(65_535);

export type DemoSettings = Readonly<{ port: number; dataDir: string; url: string }>;

/** PORT (3000) and DATA_DIR (.data). Throws a `Problem` that names the variable. */
export function readDemoSettings(environment: Readonly<Record<string, string | undefined>>): DemoSettings {
  const given = environment.PORT || "3000";
  const parsed = port.safeParse(given);
  if (!parsed.success) throw new Problem(`PORT is "${given}".`, "Set it to a number from 1 to 65535: PORT=3100");
  return {
    port: parsed.data,
    dataDir: resolve(environment.DATA_DIR || ".data"),
    url: `http://localhost:${parsed.data}`,
  };
}
