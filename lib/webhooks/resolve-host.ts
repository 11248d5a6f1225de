import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

export type HostAddress = Readonly<{ address: string; family: 4 | 6 }>;

/** RFC 6761, 6.3: never asked of anybody else. */
const LOOPBACK = ["127.0.0.1", "::1"];
const HOSTS_FILE = "/etc/hosts";

/**
 * Every address of a URL's host: of a name what the hosts file says, else what the name servers do. None when there is no such
 * name, or nobody says within the time.
 *
 * Not by the system's own look-up, which takes one of the process's four threads for as long as a name server likes: a merchant
 * with a slow one would keep others from signing in.
 */
export async function resolveHost(hostname: string, timeoutMs: number): Promise<HostAddress[]> {
  const bare = hostname.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0) return [toAddress(bare)];
  const name = hostname.replace(/\.$/, "").toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost")) return LOOPBACK.map(toAddress);
  const listed = await fromHostsFile(name);
  return (listed.length > 0 ? listed : await fromNameServers(name, timeoutMs)).map(toAddress);
}

function toAddress(address: string): HostAddress {
  return { address, family: isIP(address) === 6 ? 6 : 4 };
}

async function fromHostsFile(name: string): Promise<string[]> {
  const text = await readFile(HOSTS_FILE, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((each) => each.toLowerCase() === name) ? [address] : [];
  });
}

async function fromNameServers(name: string, timeoutMs: number): Promise<string[]> {
  const resolver = new Resolver({ timeout: Math.min(timeoutMs, 2000), tries: 2 });
  const deadline = setTimeout(() => resolver.cancel(), timeoutMs);
  try {
    const none = (): string[] => [];
    const answers = await Promise.all([resolver.resolve4(name).catch(none), resolver.resolve6(name).catch(none)]);
    return answers.flat();
  } finally {
    clearTimeout(deadline);
  }
}
