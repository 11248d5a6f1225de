import { captureConsole } from "../capture-console";
import { createLogger, logger } from "../logger";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
const PRINTING = ["log", "info", "warn", "error", "debug"] as const;

export type LogTap = Readonly<{
  /** What this process logs, line by line, through a logger as it makes them. */
  lines: readonly string[];
  /** The same through one that masks nothing. */
  unmasked: readonly string[];
  /** Gives the process its log and its console back. */
  close: () => void;
}>;

/** Takes what this process logs or prints from now on: each line twice, with and without masking. */
export function tapLog(printer: Console = console): LogTap {
  const [lines, unmasked]: [string[], string[]] = [[], []];
  const copies = [
    createLogger({ level: "trace", destination: { write: (line) => void lines.push(line) } }),
    createLogger({ level: "trace", destination: { write: (line) => void unmasked.push(line) }, unmasked: true }),
  ];
  const own = LEVELS.map((level) => [level, logger[level]] as const);
  const printing = PRINTING.map((method) => [method, printer[method]] as const);
  for (const level of LEVELS) {
    Object.assign(logger, {
      [level]: (...logged: unknown[]) => {
        for (const copy of copies) Reflect.apply(copy[level], copy, logged);
      },
    });
  }
  captureConsole(printer);
  return {
    lines,
    unmasked,
    close: () => {
      Object.assign(logger, Object.fromEntries(own));
      Object.assign(printer, Object.fromEntries(printing));
    },
  };
}
