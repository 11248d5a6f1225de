import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { insertCustomer } from "@/lib/customers/customer-store";
import { type CustomerId, type MerchantId, newId } from "@/lib/ids/id";

const PEOPLE = [
  "Aarav Mehta",
  "Ananya Iyer",
  "Arjun Nair",
  "Diya Kapoor",
  "Farhan Sheikh",
  "Gauri Deshpande",
  "Ishaan Bose",
  "Kavya Reddy",
  "Lakshmi Menon",
  "Meera Joshi",
  "Nikhil Rao",
  "Pooja Kulkarni",
  "Rahul Chatterjee",
  "Riya Malhotra",
  "Rohan Pillai",
  "Sana Qureshi",
  "Siddharth Jain",
  "Sneha Patil",
  "Tara Fernandes",
  "Varun Khanna",
  "Vidya Subramaniam",
  "Yash Agarwal",
  "Zara D'Souza",
  "Zoya Ansari",
] as const;

const TIERS = ["gold", "silver", "new"] as const;

/** People who never were, at addresses and numbers that are nobody's. */
export async function insertCustomers(tx: Transaction, ring: KeyRing, merchantId: MerchantId): Promise<CustomerId[]> {
  const ids: CustomerId[] = [];
  for (const [index, name] of PEOPLE.entries()) {
    const id = newId("cus");
    const details = {
      name,
      email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}@example.com`,
      phone: index % 4 === 3 ? null : `+9198765${String(43_210 + index)}`,
      taxId: index % 5 === 0 ? `ABCPX${String(1000 + index)}Q` : null,
      metadata: { tier: TIERS[index % TIERS.length] ?? "new" },
    };
    await insertCustomer(tx, ring, id, { merchantId, mode: "test" }, details);
    ids.push(id);
  }
  return ids;
}
