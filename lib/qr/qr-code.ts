import { encode } from "uqr";

/** A QR code as one SVG path of unit squares, in a box of `size` × `size`. The quiet zone is the caller's. */
export type QrCode = Readonly<{ size: number; path: string }>;

/** Draws a text on our own server: what it holds is a secret, and goes to no service that draws pictures. */
export function qrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: "M", border: 0 });
  const rows = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join(""));
  return { size, path: rows.join("") };
}
