import { cookies, headers } from "next/headers";
import { authCookies } from "@/lib/auth/auth-cookies";
import { DEVICE_COOKIE_SECONDS, type Device, readDevice, recogniseDevice } from "@/lib/auth/device";
import { cookieValues } from "@/lib/auth/read-cookies";
import { env } from "@/lib/env";
import type { DeviceId } from "@/lib/ids/id";

/**
 * The browser of the request at hand, by the one device cookie that it sends; null for none, a forged one, or two. The
 * value is Next's: an action that gives the browser a new one shows its page under the new one.
 */
export async function presentedDevice(): Promise<DeviceId | null> {
  return readDevice(env().AUTH_SECRET, await sentCookie());
}

/** The same, or a new one for a browser that shows none: `setDeviceCookie` gives it to the browser. */
export async function ownDevice(): Promise<Device> {
  return recogniseDevice(env().AUTH_SECRET, await sentCookie());
}

export async function setDeviceCookie({ cookie }: Device): Promise<void> {
  const { name, options } = authCookies(env().APP_URL).device;
  (await cookies()).set(name, cookie, { ...options, maxAge: DEVICE_COOKIE_SECONDS });
}

async function sentCookie(): Promise<string | null> {
  const { name } = authCookies(env().APP_URL).device;
  if (cookieValues((await headers()).get("cookie"), name).length > 1) return null;
  return (await cookies()).get(name)?.value ?? null;
}
