import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";
import type { AssertionAnswer, EnrolmentAnswer } from "../answers";
import type { AssertionOptions } from "../begin-assertion";
import type { EnrolmentOptions } from "../enrol-passkey";

/** What an authenticator, or the browser in front of it, may do wrong. */
export type Lies = Readonly<{
  origin?: string;
  rpId?: string;
  /** base64url. */
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  userPresent?: boolean;
  userVerified?: boolean;
  counter?: number;
  /** base64url; null for none. */
  userHandle?: string | null;
  /** Signs with a key of its own making. */
  forged?: boolean;
}>;

type Made = { id: string; key: KeyObject; counter: number; userHandle: string };

const FLAGS = { present: 0x01, verified: 0x04, mayBeBackedUp: 0x08, backedUp: 0x10, hasCredential: 0x40 };

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();

/**
 * An authenticator with the browser in front of it, for tests: ES256, one credential, no attestation. It says the truth
 * unless it is told what to lie about.
 */
export class SoftwareAuthenticator {
  private made: Made | null = null;

  constructor(
    private readonly origin: string,
    private readonly kind: Readonly<{ counts: boolean; synced: boolean }> = { counts: true, synced: false },
  ) {}

  /** `navigator.credentials.create`. */
  create(options: EnrolmentOptions, lies: Lies = {}): EnrolmentAnswer {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const id = randomBytes(32);
    const made = { id: id.toString("base64url"), key: privateKey, counter: 0, userHandle: options.user.id };
    this.made = made;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]);
    const authData = this.authenticatorData(options.rp.id ?? "", FLAGS.hasCredential, lies, credential);
    const attestation = new Map<string, string | Uint8Array | Map<string, never>>([
      ["fmt", "none"],
      ["attStmt", new Map<string, never>()],
      ["authData", new Uint8Array(authData)],
    ]);
    const clientDataJSON = this.clientData("webauthn.create", options.challenge, lies).toString("base64url");
    const attestationObject = Buffer.from(isoCBOR.encode(attestation)).toString("base64url");
    const response = { clientDataJSON, attestationObject, transports: this.kind.synced ? ["internal"] : ["usb"] };
    return { id: made.id, rawId: made.id, type: "public-key", clientExtensionResults: {}, response };
  }

  /** `navigator.credentials.get`. Each answer counts, whether it is sent or not. */
  get(options: Pick<AssertionOptions, "challenge" | "rpId">, lies: Lies = {}): AssertionAnswer {
    if (this.made === null) throw new Error("this authenticator has no credential yet");
    const { id, key, userHandle } = this.made;
    if (this.kind.counts) this.made.counter += 1;
    const authData = this.authenticatorData(options.rpId ?? "", 0, lies);
    const clientData = this.clientData("webauthn.get", options.challenge, lies);
    const signer = lies.forged ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey : key;
    const signature = sign("sha256", Buffer.concat([authData, sha256(clientData)]), signer);
    const handle = lies.userHandle === undefined ? userHandle : lies.userHandle;
    const response = {
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: authData.toString("base64url"),
      signature: signature.toString("base64url"),
      ...(handle === null ? {} : { userHandle: handle }),
    };
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  private authenticatorData(rpId: string, flags: number, lies: Lies, credential = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? this.made?.counter ?? 0);
    const all =
      flags |
      (lies.userPresent === false ? 0 : FLAGS.present) |
      (lies.userVerified === false ? 0 : FLAGS.verified) |
      (this.kind.synced ? FLAGS.mayBeBackedUp | FLAGS.backedUp : 0);
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([all]), counter, credential]);
  }

  private clientData(type: string, challenge: string, lies: Lies): Buffer {
    const { origin = this.origin, crossOrigin = false } = lies;
    const data = { type: lies.type ?? type, challenge: lies.challenge ?? challenge, origin, crossOrigin };
    return Buffer.from(JSON.stringify(data));
  }
}

/** RFC 9053, 7.1.1: an EC2 key on P-256 for ES256. */
function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const coordinate = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
  const cose = new Map<number, number | Uint8Array>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, coordinate(x)],
    [-3, coordinate(y)],
  ]);
  return Buffer.from(isoCBOR.encode(cose));
}
