import { type SpawnOptions, spawn } from "node:child_process";

export type CommandResult = Readonly<{ code: number; output: string }>;
type Options = Omit<SpawnOptions, "stdio"> & Readonly<{ onOutput?: (chunk: Buffer) => void; withChannel?: boolean }>;

/**
 * Runs a program to its end; never throws for its exit code. `output` is stdout and stderr as they came. With a
 * channel, a Node program can notice that we are gone.
 */
export function runCommand(program: string, args: readonly string[], options: Options = {}): Promise<CommandResult> {
  const { onOutput, withChannel = false, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...spawnOptions,
      stdio: ["ignore", "pipe", "pipe", ...(withChannel ? (["ipc"] as const) : [])],
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      onOutput?.(chunk);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
