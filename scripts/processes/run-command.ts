import { type SpawnOptions, spawn } from "node:child_process";

export type CommandResult = Readonly<{ code: number; output: string }>;

/** Runs a program to its end; never throws for its exit code. `output` is stdout and stderr as they came. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString("utf8");
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
