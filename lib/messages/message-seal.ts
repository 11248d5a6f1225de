import { type FieldLocation, open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { type Content, content } from "./outgoing-message";

export type MessagePlace = Readonly<{ merchantId: string; id: string }>;

const place = ({ merchantId, id }: MessagePlace): FieldLocation => ({
  merchantId,
  table: "outgoing_messages",
  column: "sealed",
  rowId: id,
});

/** Seals to whom and what to its row: neither an address nor a code is in the database in plain. */
export function sealContent(ring: KeyRing, at: MessagePlace, given: Content): string {
  return seal(ring, "personal-data", JSON.stringify(given), place(at));
}

/** Throws DecryptionError for what was not sealed for this row, and KeyMissingError without its key. */
export function openContent(ring: KeyRing, at: MessagePlace, sealed: string): Content {
  return content.parse(JSON.parse(open(ring, "personal-data", sealed, place(at))));
}
