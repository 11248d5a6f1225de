import { deviceName } from "@/lib/auth/device-name";
import type { NoticeFacts } from "./notice-store";

/** "Wednesday, 25 November 2026 at 10:13 (Asia/Kolkata)" */
export function momentOf({ at, timeZone }: Pick<NoticeFacts, "at" | "timeZone">): string {
  const text = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
  return `${text} (${timeZone})`;
}

/** The lines of every notice that say when and from where. */
export function originLines(facts: NoticeFacts): string[] {
  return [`When: ${momentOf(facts)}`, `Device: ${deviceName(facts.userAgent)}`, `Address: ${facts.ip ?? "unknown"}`];
}
