import { AppError } from "@/lib/errors/app-error";
import { holdsCardNumber } from "@/lib/sensitive/holds-card-number";

/** 1 to 255 printable ASCII characters, as the contract says. Throws 400 when missing (and needed) or of another shape. */
export function readIdempotencyKey(header: string | null, need: "required" | "accepted"): string | null {
  if (header === null || header === "") {
    if (need === "accepted") return null;
    throw new AppError(
      "idempotency_key_missing",
      "Send an Idempotency-Key header: a value of your own for this one operation, the same on every retry.",
    );
  }
  if (!/^[\x20-\x7e]{1,255}$/.test(header)) {
    throw new AppError("idempotency_key_invalid", "An Idempotency-Key has 1 to 255 printable ASCII characters.");
  }
  if (holdsCardNumber(header)) {
    throw new AppError(
      "idempotency_key_invalid",
      "This Idempotency-Key holds a card number. Send a value of your own.",
    );
  }
  return header;
}
