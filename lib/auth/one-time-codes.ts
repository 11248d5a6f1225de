import { randomInt } from "node:crypto";
import type { Transaction } from "@/db/transact";
import { constantTimeEqual } from "@/lib/crypto/constant-time";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac, macWith } from "@/lib/crypto/mac";
import { newId } from "@/lib/ids/id";
import { type CodeAddress, findCodeMac, putOneTimeCode, takeCode } from "./one-time-code-store";
import type { TotpCode } from "./totp";

/** How long a code that was sent is good (ASVS 6.6.3). */
export const CODE_TTL_SECONDS = 300;

/**
 * Makes a code of six digits that is good once, for five minutes and for its subject only (ASVS 6.5.4, 6.6.2), and
 * replaces the one before. A million codes are counted through in no time, so what is stored is a keyed MAC.
 */
export async function issueOneTimeCode(tx: Transaction, ring: KeyRing, address: CodeAddress): Promise<string> {
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  await putOneTimeCode(tx, {
    ...address,
    id: newId("otc"),
    mac: mac(ring, "code-pepper", partsOf(address, code)),
    ttlSeconds: CODE_TTL_SECONDS,
  });
  return code;
}

/** Whether this is the code that is good now for its subject; if so, it is used up. */
export async function spendOneTimeCode(
  tx: Transaction,
  ring: KeyRing,
  { code, ...address }: CodeAddress & { code: TotpCode },
): Promise<boolean> {
  const stored = await findCodeMac(tx, address);
  if (stored === null) return false;
  const { digest } = macWith(ring, "code-pepper", stored.kid, partsOf(address, code));
  return constantTimeEqual(digest, stored.digest) && takeCode(tx, address, stored);
}

function partsOf({ userId, channel, subject }: CodeAddress, code: string): string[] {
  return ["one-time-code", userId, channel, subject, code];
}
