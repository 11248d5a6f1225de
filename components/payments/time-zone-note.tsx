import { Globe } from "lucide-react";

/** Says once, for a whole page, where its clock stands. */
export function TimeZoneNote({ timeZone }: { timeZone: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-muted-foreground">
      <Globe aria-hidden="true" className="size-3.5" />
      Times in {timeZone.replaceAll("_", " ")}
    </span>
  );
}
