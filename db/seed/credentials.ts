import { randomInt } from "node:crypto";
import { Secret } from "otpauth";
import { newApiSecret } from "@/lib/api-keys/api-secret";
import { newKeyId } from "@/lib/ids/key-id";

type Person = { email: string; password: string; totpSecret: string };
type ApiKey = { id: string; secret: string };

/** What a demo is used with. Random for each demo: nothing of it is a secret that other installations share. */
export type DemoCredentials = {
  owner: Person & { recoveryCodes: string[] };
  viewer: Person;
  apiKey: ApiKey;
  other: { owner: Person; apiKey: ApiKey };
};

/** New credentials but for the recovery codes; the caller keeps them before it seeds with them. */
export function newDemoCredentials(): Omit<DemoCredentials, "owner"> & { owner: Person } {
  return {
    owner: newPerson("owner@saffron.example"),
    viewer: newPerson("viewer@saffron.example"),
    apiKey: newApiKey(),
    other: { owner: newPerson("owner@harbour.example"), apiKey: newApiKey() },
  };
}

const WORDS =
  "amber brass cedar delta ember fjord grain harbor indigo juniper kelp lumen maple nickel ochre pepper quartz river slate timber umber violet willow yarrow zephyr".split(
    " ",
  );

/** Four words and four digits: easy to type from a terminal, and about 32 bits behind a lock-out after a few tries. */
function newPassword(): string {
  const words = Array.from({ length: 4 }, () => WORDS[randomInt(WORDS.length)]);
  return [...words, String(randomInt(10_000)).padStart(4, "0")].join("-");
}

function newPerson(email: string): Person {
  return { email, password: newPassword(), totpSecret: new Secret({ size: 20 }).base32 };
}

function newApiKey(): ApiKey {
  return { id: newKeyId("test"), secret: newApiSecret("test") };
}
