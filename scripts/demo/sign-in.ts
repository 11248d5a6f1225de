import { createInterface } from "node:readline";
import { Problem } from "../processes/problem";
import { authenticationCode } from "./authentication-code";
import { type DemoFile, demoFileIn, readDemoFile } from "./demo-file";

/** Prints where to sign in and with what. */
export function printSignIn(demo: DemoFile, dataDir: string): void {
  const { email, password } = demo.owner;
  console.log(`
  Countinghouse is running. Sign in:

    address   ${demo.url}
    e-mail    ${email}
    password  ${password}
    code      ${codeLine(demo)}

  E-mails and text messages go to nobody: ${demo.url}/outbox shows them
  ${process.stdin.isTTY ? "Enter prints the current code" : "npm run demo -- code prints the current code"} · Ctrl-C stops everything
  API keys, a viewer and a second merchant: ${demoFileIn(dataDir)}
`);
}

/** On a terminal, each press of Enter prints the code of that moment: one is good for 30 seconds and works once. */
export function printCodeOnEnter(demo: DemoFile): void {
  if (!process.stdin.isTTY) return;
  createInterface({ input: process.stdin, terminal: false }).on("line", () =>
    console.log(`    code      ${codeLine(demo)}`),
  );
}

/** `npm run demo -- code`: the owner's current code, for a demo that runs somewhere else. */
export function printCode(dataDir: string): void {
  const demo = readDemoFile(dataDir);
  if (demo === null) throw new Problem(`There is no demo in ${dataDir}.`, "Start one first: npm run demo");
  console.log(`${demo.owner.email}  ${codeLine(demo)}`);
}

function codeLine(demo: DemoFile): string {
  const { code, secondsLeft } = authenticationCode(demo.owner.totpSecret, Date.now());
  return `${code}  (good for ${secondsLeft} s)`;
}
