import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { customers } from "@/db/schema";
import { fieldOf } from "@/db/sealed-field";
import type { Transaction } from "@/db/transact";
import { DecryptionError } from "@/lib/crypto/crypto-errors";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { createRecordKey, openRecordKey, type RecordKey } from "@/lib/crypto/record-key";
import type { CustomerId, MerchantId } from "@/lib/ids/id";
import { withKeys } from "@/lib/keys/with-keys";
import { logger } from "@/lib/logging/logger";
import { beyond, type Page, type PageRequest, toPage } from "@/lib/paging/keyset";
import { emailIndex, phoneIndex } from "./customer-index";

export type CustomerScope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

/** What is known of a person, opened: it goes into answers, and never into a log, an event or an entry of the trail. */
export type CustomerDetails = Readonly<{
  name: string;
  /** As it was given; it is found whatever its case. */
  email: string;
  /** E.164. */
  phone: string | null;
  taxId: string | null;
  metadata: Readonly<Record<string, string>>;
}>;

export type Customer = CustomerDetails &
  Readonly<{ id: CustomerId; mode: "test" | "live"; createdAt: Date; updatedAt: Date }>;

/** A row that does not open: it was altered, or restored wrongly. In a list it stands between the others. */
export type UnreadableCustomer = Readonly<{ id: CustomerId; mode: "test" | "live"; unreadable: true }> &
  Pick<Customer, "createdAt" | "updatedAt">;

/** What stands for the name of such a one. */
export const UNREADABLE_NAME = "Cannot be read";

/** A customer with their own key, for what else is to be sealed so that it goes with them. */
export type OpenedCustomer = Readonly<{ customer: Customer; recordKey: RecordKey }>;

/** What a list may be narrowed to: one customer, and whole addresses and numbers, which are looked up by their blind index. */
export type CustomerFilter = Readonly<{
  id?: CustomerId | undefined;
  email?: string | undefined;
  phone?: string | undefined;
}>;

type Row = typeof customers.$inferSelect;

const inScope = ({ merchantId, mode }: CustomerScope): SQL | undefined =>
  and(eq(customers.merchantId, merchantId), eq(customers.mode, mode), isNull(customers.erasedAt));

const matches = (ring: KeyRing, { merchantId }: CustomerScope, { id, email, phone }: CustomerFilter): SQL | undefined =>
  and(
    id === undefined ? undefined : eq(customers.id, id),
    email === undefined ? undefined : eq(customers.emailIndex, emailIndex(ring, merchantId, email)),
    phone === undefined ? undefined : eq(customers.phoneIndex, phoneIndex(ring, merchantId, phone)),
  );

/** Everything but the key, sealed for its column. */
function sealDetails(ring: KeyRing, recordKey: RecordKey, row: Pick<Row, "id" | "merchantId">, given: CustomerDetails) {
  const seal = (column: keyof CustomerDetails, text: string) => recordKey.seal(text, fieldOf(customers[column], row));
  return {
    name: seal("name", given.name),
    email: seal("email", given.email),
    phone: given.phone === null ? null : seal("phone", given.phone),
    taxId: given.taxId === null ? null : seal("taxId", given.taxId),
    metadata: seal("metadata", JSON.stringify(given.metadata)),
    emailIndex: emailIndex(ring, row.merchantId, given.email),
    phoneIndex: given.phone === null ? null : phoneIndex(ring, row.merchantId, given.phone),
  };
}

/** Throws DecryptionError for a row that was tampered with, KeyMissingError when its data key is gone. */
function openRow(ring: KeyRing, row: Row): OpenedCustomer {
  const recordKey = openRecordKey(ring, "customer-key", row.key ?? "", fieldOf(customers.key, row));
  const open = (column: keyof CustomerDetails) => recordKey.open(row[column] ?? "", fieldOf(customers[column], row));
  const { id, mode, createdAt, updatedAt } = row;
  const details: CustomerDetails = {
    name: open("name"),
    email: open("email"),
    phone: row.phone && open("phone"),
    taxId: row.taxId && open("taxId"),
    metadata: JSON.parse(open("metadata")) as Record<string, string>,
  };
  return { customer: { id, mode, createdAt, updatedAt, ...details }, recordKey };
}

/** What `read` makes of a row, or `otherwise` for one that does not open, which is logged. Throws KeyMissingError as ever. */
function readOr<T>(id: CustomerId, read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecryptionError)) throw error;
    logger.error({ err: error, customer_id: id }, "a customer cannot be read; lists show them as unreadable");
    return otherwise;
  }
}

function openListed(ring: KeyRing, row: Row): Customer | UnreadableCustomer {
  const { id, mode, createdAt, updatedAt } = row;
  return readOr<Customer | UnreadableCustomer>(id, () => openRow(ring, row).customer, {
    ...{ id, mode, createdAt, updatedAt },
    unreadable: true,
  });
}

export async function insertCustomer(
  tx: Transaction,
  ring: KeyRing,
  id: CustomerId,
  scope: CustomerScope,
  details: CustomerDetails,
): Promise<OpenedCustomer> {
  const row = { id, merchantId: scope.merchantId };
  const { recordKey, sealed } = createRecordKey(ring, "customer-key", fieldOf(customers.key, row));
  const [inserted] = await tx
    .insert(customers)
    .values({ ...row, mode: scope.mode, key: sealed, ...sealDetails(ring, recordKey, row, details) })
    .returning();
  if (!inserted) throw new Error("the inserted customer did not come back");
  return openRow(ring, inserted);
}

/** Null for an erased one and for another's, exactly as for one that never was. */
export async function findCustomer(
  db: Queryable,
  ring: KeyRing,
  scope: CustomerScope,
  id: CustomerId,
): Promise<OpenedCustomer | null> {
  const [row] = await db
    .select()
    .from(customers)
    .where(and(eq(customers.id, id), inScope(scope)));
  return row ? withKeys(ring, () => openRow(ring, row)) : null;
}

const holdOnce = prepareOnce(["id", "merchantId", "mode"], (db, value) =>
  db
    .select({ id: customers.id })
    .from(customers)
    .where(
      and(
        eq(customers.id, value.id),
        eq(customers.merchantId, value.merchantId),
        eq(customers.mode, value.mode),
        isNull(customers.erasedAt),
      ),
    )
    .for("share"),
);

/** Holds a customer that is there until the transaction ends: nobody erases them meanwhile. False when there is none. */
export async function holdCustomer(tx: Transaction, scope: CustomerScope, id: CustomerId): Promise<boolean> {
  const found = await holdOnce(tx, { id, merchantId: scope.merchantId, mode: scope.mode });
  return found.length === 1;
}

/** Changes what `change` makes of it, while nobody else changes or erases the customer. Null as for `findCustomer`. */
export async function updateCustomer(
  tx: Transaction,
  ring: KeyRing,
  scope: CustomerScope,
  id: CustomerId,
  change: (before: Customer) => CustomerDetails,
): Promise<Customer | null> {
  const [row] = await tx
    .select()
    .from(customers)
    .where(and(eq(customers.id, id), inScope(scope)))
    .for("update");
  if (!row) return null;
  const { customer, recordKey } = await withKeys(ring, () => openRow(ring, row));
  const sealed = sealDetails(ring, recordKey, row, change(customer));
  const [updated] = await tx
    .update(customers)
    .set({ ...sealed, updatedAt: sql`now()` })
    .where(eq(customers.id, id))
    .returning();
  return updated ? openRow(ring, updated).customer : null;
}

const NOTHING = { key: null, name: null, email: null, phone: null, taxId: null, metadata: null };

/** Takes the key and every value. False when there is no such customer, or no more. */
export async function eraseCustomerRow(tx: Transaction, scope: CustomerScope, id: CustomerId): Promise<boolean> {
  const erased = await tx
    .update(customers)
    .set({ ...NOTHING, emailIndex: null, phoneIndex: null, erasedAt: sql`now()`, updatedAt: sql`now()` })
    .where(and(eq(customers.id, id), inScope(scope)))
    .returning({ id: customers.id });
  return erased.length === 1;
}

/** One page, newest first; a row that does not open stops no other. Throws 400 `cursor_invalid`. */
export async function listCustomers(
  db: Queryable,
  ring: KeyRing,
  scope: CustomerScope,
  filter: CustomerFilter,
  page: PageRequest,
): Promise<Page<Customer | UnreadableCustomer>> {
  const order = page.direction === "newer" && page.cursor !== null ? asc : desc;
  const rows = await db
    .select()
    .from(customers)
    .where(and(inScope(scope), matches(ring, scope, filter), beyond(customers, "cus", page)))
    .orderBy(order(customers.createdAt), order(customers.id))
    .limit(page.limit + 1);
  return toPage(await withKeys(ring, () => rows.map((row) => openListed(ring, row))), page);
}

/**
 * The names of customers that other rows point at, and nothing else of them: null for an erased one, `UNREADABLE_NAME` for one
 * that does not open. Another merchant's are left out.
 */
export async function customerNames(
  db: Queryable,
  ring: KeyRing,
  { merchantId, mode }: CustomerScope,
  ids: readonly (CustomerId | null)[],
): Promise<ReadonlyMap<CustomerId, string | null>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const { id, key, name, erasedAt } = customers;
  const rows = await db
    .select({ id, merchantId: customers.merchantId, key, name, erasedAt })
    .from(customers)
    .where(and(inArray(id, wanted), eq(customers.merchantId, merchantId), eq(customers.mode, mode)));
  const nameOf = (row: (typeof rows)[number]) => {
    const recordKey = openRecordKey(ring, "customer-key", row.key ?? "", fieldOf(key, row));
    return recordKey.open(row.name ?? "", fieldOf(name, row));
  };
  return withKeys(
    ring,
    () =>
      new Map(rows.map((row) => [row.id, row.erasedAt ? null : readOr(row.id, () => nameOf(row), UNREADABLE_NAME)])),
  );
}
