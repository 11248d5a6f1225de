"use client";

import { useRouter } from "next/navigation";
import { EraseCustomer } from "@/components/customers/erase-customer";
import { erase } from "./actions";

export function Erase({ customerId }: { customerId: string }) {
  const router = useRouter();
  return <EraseCustomer onErase={() => erase({ customerId })} onErased={() => router.replace("/customers?erased=1")} />;
}
