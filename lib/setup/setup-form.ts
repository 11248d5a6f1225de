import { z } from "zod";

/** Far above what is ever right: what a person may have typed is looked at, and told apart, by `beginSetup`. */
const typed = z.string().max(10_000);

/** The form of the first step as it is sent. */
export const setupForm = z.strictObject({
  businessName: typed,
  country: typed,
  timeZone: typed,
  name: typed,
  email: typed,
  password: typed,
});
