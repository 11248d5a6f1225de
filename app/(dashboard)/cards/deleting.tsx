"use client";

import type { ReactNode } from "react";
import { DeletingCards } from "@/components/cards/deleting-cards";
import { deleteCard } from "./actions";

/** Around a list of cards: the action behind its buttons. */
export function Deleting({ children }: { children: ReactNode }) {
  return <DeletingCards onDelete={(cardId) => deleteCard({ cardId })}>{children}</DeletingCards>;
}
