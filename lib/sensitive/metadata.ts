import { z } from "zod";
import { freeText } from "./free-text";

/** What the schema below takes, for a reader of the API's document. */
export const METADATA_SCHEMA = {
  type: ["object", "null"],
  maxProperties: 50,
  propertyNames: { minLength: 1, maxLength: 40 },
  additionalProperties: { type: "string", minLength: 1, maxLength: 500 },
};

/** `metadata`: up to 50 of the merchant's own names and values. */
export const metadata = z
  .unknown()
  .superRefine((entries, context) => {
    // A record's schema passes over this name without a word, and the entry would be lost.
    if (typeof entries !== "object" || entries === null || !Object.hasOwn(entries, "__proto__")) return;
    context.addIssue({ code: "custom", path: ["__proto__"], message: "This name is reserved. Use another one." });
  })
  .pipe(z.record(freeText(40), freeText(500)))
  .refine((entries) => Object.keys(entries).length <= 50, "At most 50 entries.");
