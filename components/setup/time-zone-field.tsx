"use client";

import { useEffect, useState } from "react";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { presentName } from "@/lib/places/time-zones";

type Props = { timeZones: readonly string[]; invalid: boolean };

/** The zone that pages will show; the browser's own until somebody chooses another. */
export function TimeZoneField({ timeZones, invalid }: Props) {
  const [zone, setZone] = useState("UTC");
  const [touched, setTouched] = useState(false);

  // Only the browser knows it, so the server's page says UTC for a moment.
  useEffect(() => {
    const here = presentName(Intl.DateTimeFormat().resolvedOptions().timeZone);
    if (!touched && timeZones.includes(here)) setZone(here);
  }, [timeZones, touched]);

  return (
    <div className="space-y-2">
      <Label htmlFor="timeZone">Time zone</Label>
      <NativeSelect
        id="timeZone"
        name="timeZone"
        required
        value={zone}
        onChange={(event) => {
          setZone(event.target.value);
          setTouched(true);
        }}
        aria-invalid={invalid || undefined}
        className="h-10"
      >
        {timeZones.map((name) => (
          <NativeSelectOption key={name} value={name}>
            {name.replaceAll("_", " ")}
          </NativeSelectOption>
        ))}
      </NativeSelect>
    </div>
  );
}
