import { apiKeys, cards, merchants, totpFactors, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { sealApiSecret } from "@/lib/api-keys/api-secret";
import { API_PERMISSIONS } from "@/lib/api-keys/permissions";
import { hashPassword } from "@/lib/auth/password";
import { sealTotpSecret } from "@/lib/auth/totp-secret";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { type CustomerId, type MerchantId, newId } from "@/lib/ids/id";
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

/** One for each test number that is nobody's, then one for each customer. */
export async function insertCards(
  tx: Transaction,
  ring: KeyRing,
  merchantId: MerchantId,
  customers: readonly CustomerId[],
  now: Date,
): Promise<SeedCard[]> {
  const owners = [...TEST_NUMBERS.map(() => null), ...customers];
  const made = owners.map((customerId, index) => makeCard(ring, merchantId, customerId, index, now));
  const [firsts, rows] = [made.slice(0, TEST_NUMBERS.length), made.slice(TEST_NUMBERS.length)];
  const firstOf = (index: number) => firsts[index % TEST_NUMBERS.length]?.row.id ?? null;
  await tx
    .insert(cards)
    .values([
      ...firsts.map(({ row }) => ({ ...row, duplicateOf: null })),
      ...rows.map(({ row }, index) => ({ ...row, duplicateOf: firstOf(index) })),
    ]);
  return made.map(({ shown }) => shown);
}

function makeCard(ring: KeyRing, merchantId: MerchantId, customerId: CustomerId | null, index: number, now: Date) {
  const parsed = parseCardNumber(TEST_NUMBERS[index % TEST_NUMBERS.length]);
  if (!parsed.ok) throw new Error("a test card number is wrong");
  const { number } = parsed;
  const id = newId("tok");
  const shown = {
    id,
    customerId,
    brand: cardBrand(number),
    lastFour: lastFour(number),
    expMonth: 1 + ((index * 2) % 12),
    expYear: now.getUTCFullYear() + 1 + (index % 4),
  };
  const sealed = sealCardNumber(ring, merchantId, id, number);
  const fingerprint = cardFingerprint(ring, merchantId, number);
  return { shown, row: { ...shown, merchantId, mode: "test" as const, number: sealed, fingerprint } };
}
