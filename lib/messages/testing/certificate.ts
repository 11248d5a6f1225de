import { generateKeyPairSync, sign } from "node:crypto";

const YEAR_MS = 365 * 24 * 3600 * 1000;

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const bytes = (hex: string) => Buffer.from(hex, "hex");
const text = (value: string) => Buffer.from(value, "ascii");
const time = (at: number) => der(0x18, text(`${new Date(at).toISOString().slice(0, 19).replace(/\D/g, "")}Z`));

const ECDSA_SHA256 = sequence(bytes("06082a8648ce3d040302"));
const COMMON_NAME = bytes("0603550403");
const ALT_NAMES = bytes("0603551d11");

/** A certificate that signs itself, for `localhost` and the address 0.0.0.0, for a year (RFC 5280); PEM. */
export function selfSigned(): Readonly<{ key: string; cert: string }> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, text("localhost")))));
  const altNames = sequence(der(0x82, text("localhost")), der(0x87, Buffer.from([0, 0, 0, 0])));
  const body = sequence(
    der(0xa0, bytes("020102")),
    bytes("020101"),
    ECDSA_SHA256,
    name,
    sequence(time(Date.now() - YEAR_MS / 2), time(Date.now() + YEAR_MS / 2)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(ALT_NAMES, der(0x04, altNames)))),
  );
  const signature = sign("sha256", body, privateKey);
  const whole = sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
  };
}
