"use client";

import { useEffect, useRef } from "react";

/** Keeps `status=&currency=` out of the address of the form it stands in, so that a view is a link worth sending. */
export function OmitEmptyFields() {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const form = place.current?.closest("form");
    function onFormData({ formData }: FormDataEvent) {
      for (const [name, value] of [...formData]) {
        if (value === "") formData.delete(name);
      }
    }
    form?.addEventListener("formdata", onFormData);
    return () => form?.removeEventListener("formdata", onFormData);
  }, []);
  return <span ref={place} hidden />;
}
