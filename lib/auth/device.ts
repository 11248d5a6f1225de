import { constantTimeEqual } from "@/lib/crypto/constant-time";
import { hmacSha256 } from "@/lib/crypto/mac";
import { type DeviceId, newId, parseId } from "@/lib/ids/id";

/** How long a browser keeps its cookie after its last sign-in, and how long the server goes by it. */
export const DEVICE_COOKIE_SECONDS = 365 * 24 * 3600;

/** Sets these MACs apart from all else that is made with AUTH_SECRET. */
const PURPOSE = "countinghouse device v1 ";

/** A browser, by the cookie it keeps. It opens nothing: it only tells a browser that has signed in before from others. */
export type Device = Readonly<{ id: DeviceId; cookie: string }>;

/** The device of a cookie that we have signed, or a new one. `secret` is AUTH_SECRET. */
export function recogniseDevice(secret: string, cookie: string | null): Device {
  const id = readDevice(secret, cookie) ?? newId("dev");
  return { id, cookie: signDevice(secret, id) };
}

/** Null for a cookie that is missing, cut, forged, or signed with another secret. */
export function readDevice(secret: string, cookie: string | null): DeviceId | null {
  const [named, ...rest] = cookie?.split(".") ?? [];
  const id = parseId("dev", named);
  if (id === null || rest.length !== 1) return null;
  return constantTimeEqual(signDevice(secret, id), `${id}.${rest[0]}`) ? id : null;
}

export function signDevice(secret: string, id: DeviceId): string {
  return `${id}.${hmacSha256(secret, PURPOSE + id).toString("base64url")}`;
}
