import { apiKeys, cards, merchants, totpFactors, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { sealApiSecret } from "@/lib/api-keys/api-secret";
import { API_PERMISSIONS } from "@/lib/api-keys/permissions";
import { hashPassword } from "@/lib/auth/password";
import { sealTotpSecret } from "@/lib/auth/totp-secret";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { type MerchantId, newId } from "@/lib/ids/id";
import { cardBrand } from "@/lib/vault/card-brand";
import { lastFour, parseCardNumber } from "@/lib/vault/card-number";
import { cardFingerprint, sealCardNumber } from "@/lib/vault/card-number-seal";
import type { SeedCard } from "./history";

type Shop = Readonly<{ name: string; country: string; timeZone: string }>;

export async function insertMerchant(tx: Transaction, shop: Shop): Promise<MerchantId> {
  const id = newId("mer");
  await tx.insert(merchants).values({ id, ...shop, vaultMode: "keep" });
  return id;
}

type Person = Readonly<{ email: string; password: string; totpSecret: string }>;

export async function insertUser(
  tx: Transaction,
  ring: KeyRing,
  merchantId: MerchantId,
  person: Person & { name: string; role: "owner" | "viewer" },
): Promise<void> {
  const userId = newId("usr");
  const { email, name, role, password, totpSecret } = person;
  await tx
    .insert(users)
    .values({ id: userId, merchantId, email, name, role, passwordHash: await hashPassword(password) });
  await tx.insert(totpFactors).values({ userId, secret: sealTotpSecret(ring, { merchantId, userId }, totpSecret) });
}

export async function insertApiKey(
  tx: Transaction,
  ring: KeyRing,
  merchantId: MerchantId,
  key: { id: string; secret: string },
): Promise<void> {
  const { id } = key;
  const secret = sealApiSecret(ring, { id, merchantId }, key.secret);
  await tx
    .insert(apiKeys)
    .values({ id, merchantId, mode: "test", name: "Demo", secret, permissions: [...API_PERMISSIONS] });
}

/** The approving test cards of the sandbox, as customers' cards. */
const TEST_NUMBERS = [
  "4242424242424242",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "6521500000000006",
];

export async function insertCards(
  tx: Transaction,
  ring: KeyRing,
  merchantId: MerchantId,
  now: Date,
): Promise<SeedCard[]> {
  const made = TEST_NUMBERS.map((text, index) => {
    const parsed = parseCardNumber(text);
    if (!parsed.ok) throw new Error("a test card number is wrong");
    const { number } = parsed;
    const id = newId("tok");
    const shown = {
      id,
      brand: cardBrand(number),
      lastFour: lastFour(number),
      expMonth: 1 + index * 2,
      expYear: now.getUTCFullYear() + 3,
    };
    const sealed = sealCardNumber(ring, merchantId, id, number);
    const fingerprint = cardFingerprint(ring, merchantId, number);
    return {
      shown,
      row: { ...shown, merchantId, mode: "test" as const, number: sealed, fingerprint, duplicateOf: null },
    };
  });
  await tx.insert(cards).values(made.map(({ row }) => row));
  return made.map(({ shown }) => shown);
}
