/**
 * Vectors of Project Wycheproof's kind and in its format, made by the definitions of GCM and HMAC in place of the library that
 * the product seals with: no package carries Wycheproof's own, and they are not copied into this repository.
 */
import { createCipheriv, createHash } from "node:crypto";

type Result = "valid" | "invalid";
type GcmCase = Readonly<{ key: Buffer; iv: Buffer; aad: Buffer; msg: Buffer; ct: Buffer; tag: Buffer }>;
type HmacCase = Readonly<{ key: Buffer; msg: Buffer; tag: Buffer }>;

/** Bytes that look random and are the same in every run. */
function bytes(label: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash("sha256").update(`${label} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

const BLOCK = 16;
const toNumber = (block: Uint8Array) => BigInt(`0x${Buffer.from(block).toString("hex").padStart(2, "0")}`);
const toBlock = (value: bigint) => Buffer.from(value.toString(16).padStart(2 * BLOCK, "0"), "hex");
const padded = (part: Buffer) => Buffer.concat([part, Buffer.alloc((BLOCK - (part.length % BLOCK)) % BLOCK)]);
const bitLengths = (a: Buffer, b: Buffer) => toBlock((BigInt(a.length * 8) << 64n) | BigInt(b.length * 8));

/** NIST SP 800-38D, 6.3: the product of two blocks. */
function times(x: bigint, y: bigint): bigint {
  let [product, factor] = [0n, y];
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((x >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n;
  }
  return product;
}

/** NIST SP 800-38D, 6.4. */
function ghash(h: bigint, text: Buffer): bigint {
  let state = 0n;
  for (let at = 0; at < text.length; at += BLOCK) state = times(state ^ toNumber(text.subarray(at, at + BLOCK)), h);
  return state;
}

/** NIST SP 800-38D, 7.1, over the block cipher alone. */
function gcm(key: Buffer, iv: Buffer, msg: Buffer, aad: Buffer): { ct: Buffer; tag: Buffer } {
  const encrypt = (block: bigint) => {
    const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    return toNumber(cipher.update(toBlock(block)));
  };
  const h = encrypt(0n);
  const first =
    iv.length === 12
      ? (toNumber(iv) << 32n) | 1n
      : ghash(h, Buffer.concat([padded(iv), bitLengths(Buffer.alloc(0), iv)]));
  const ct = Buffer.from(msg);
  for (let at = 0, counter = first; at < ct.length; at += BLOCK) {
    // The last 32 bits count, and wrap.
    counter = ((counter >> 32n) << 32n) | ((counter + 1n) & 0xffffffffn);
    const stream = toBlock(encrypt(counter));
    for (let i = at; i < Math.min(at + BLOCK, ct.length); i += 1)
      ct.writeUInt8(ct.readUInt8(i) ^ stream.readUInt8(i - at), i);
  }
  const tag = toBlock(ghash(h, Buffer.concat([padded(aad), padded(ct), bitLengths(aad, ct)])) ^ encrypt(first));
  return { ct, tag };
}

/** RFC 2104. */
function hmac(key: Buffer, msg: Buffer): Buffer {
  const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const block = Buffer.concat([key.length > 64 ? sha256(key) : key, Buffer.alloc(64)]).subarray(0, 64);
  return sha256(
    block.map((byte) => byte ^ 0x5c),
    sha256(
      block.map((byte) => byte ^ 0x36),
      msg,
    ),
  );
}

function* flips(part: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < part.length * 8; bit += 1) {
    const flipped = Buffer.from(part);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield flipped;
  }
}

/** What forgers try in place of a tag: none of them is it. */
function forgedTags(tag: Buffer): Buffer[] {
  const whole = [0x00, 0xff].map((fill) => Buffer.alloc(tag.length, fill));
  const masked = [0xff, 0x80, 0x01].map((mask) => Buffer.from(tag.map((byte) => byte ^ mask)));
  const cut = Array.from(tag, (_, length) => tag.subarray(0, length));
  return [
    ...whole,
    ...masked,
    Buffer.from(tag).reverse(),
    ...cut,
    Buffer.concat([tag, Buffer.alloc(1)]),
    ...flips(tag),
  ];
}

const SIZES = [0, 1, 15, 16, 17, 32, 47, 64, 255, 512];

function gcmCase(keyBytes: number, ivBytes: number, msgBytes: number, aadBytes: number): GcmCase {
  const name = [keyBytes, ivBytes, msgBytes, aadBytes].join(" ");
  const [key, iv] = [bytes(`key ${name}`, keyBytes), bytes(`iv ${name}`, ivBytes)];
  const [msg, aad] = [bytes(`msg ${name}`, msgBytes), bytes(`aad ${name}`, aadBytes)];
  return { key, iv, msg, aad, ...gcm(key, iv, msg, aad) };
}

function* gcmCases(): Generator<readonly [Result, GcmCase]> {
  for (const msg of SIZES) for (const aad of [0, 1, 16, 33]) yield ["valid", gcmCase(32, 12, msg, aad)];
  const whole = gcmCase(32, 12, 33, 20);
  for (const iv of [Buffer.alloc(12), Buffer.alloc(12, 0xff)]) {
    yield ["valid", { ...whole, iv, ...gcm(whole.key, iv, whole.msg, whole.aad) }];
  }
  // Right by the standard, of sizes that the product refuses.
  for (const [key, iv] of [
    [16, 12],
    [24, 12],
    [32, 1],
    [32, 8],
    [32, 11],
    [32, 13],
    [32, 16],
    [32, 32],
  ] as const) {
    yield ["valid", gcmCase(key, iv, 20, 5)];
  }
  yield ["invalid", { ...whole, iv: Buffer.alloc(0) }];
  for (const one of [whole, gcmCase(32, 12, 0, 0)])
    for (const tag of forgedTags(one.tag)) yield ["invalid", { ...one, tag }];
  for (const ct of flips(whole.ct)) yield ["invalid", { ...whole, ct }];
  for (const aad of flips(whole.aad)) yield ["invalid", { ...whole, aad }];
  for (const iv of flips(whole.iv)) yield ["invalid", { ...whole, iv }];
  for (const key of flips(whole.key)) yield ["invalid", { ...whole, key }];
  for (const part of ["ct", "aad"] as const) {
    yield ["invalid", { ...whole, [part]: whole[part].subarray(1) }];
    yield ["invalid", { ...whole, [part]: whole[part].subarray(0, -1) }];
    yield ["invalid", { ...whole, [part]: Buffer.concat([whole[part], Buffer.alloc(1)]) }];
    yield ["invalid", { ...whole, [part]: Buffer.alloc(0) }];
  }
  yield ["invalid", { ...whole, ct: whole.aad, aad: whole.ct }];
}

function* hmacCases(): Generator<readonly [Result, HmacCase]> {
  for (const keyBytes of [1, 16, 32, 63, 64, 65, 128, 200]) {
    for (const size of SIZES) {
      const [key, msg] = [bytes(`mac ${keyBytes} ${size}`, keyBytes), bytes(`text ${keyBytes} ${size}`, size)];
      yield ["valid", { key, msg, tag: hmac(key, msg) }];
    }
  }
  const [key, msg] = [bytes("mac", 32), bytes("text", 33)];
  const whole = { key, msg, tag: hmac(key, msg) };
  for (const tag of forgedTags(whole.tag)) yield ["invalid", { ...whole, tag }];
  for (const other of flips(msg)) yield ["invalid", { ...whole, msg: other }];
  for (const other of flips(key)) yield ["invalid", { ...whole, key: other }];
}

const inHex = (test: GcmCase | HmacCase) =>
  Object.fromEntries(Object.entries(test).map(([name, part]: [string, Buffer]) => [name, part.toString("hex")]));
const numbered = (cases: Iterable<readonly [Result, GcmCase | HmacCase]>) =>
  [...cases].map(([result, test], index) => ({ tcId: index + 1, ...inHex(test), result }));

/** As testvectors_v1/aes_gcm_test.json. */
export function madeAesGcm(): unknown {
  return { testGroups: [{ keySize: 256, ivSize: 96, tagSize: 128, tests: numbered(gcmCases()) }] };
}

/** As testvectors_v1/hmac_sha256_test.json. */
export function madeHmac(): unknown {
  return { testGroups: [{ tagSize: 256, tests: numbered(hmacCases()) }] };
}
