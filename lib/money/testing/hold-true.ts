import fc from "fast-check";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** How many inputs each property of money is tried with: 100,000 in `npm run test:full` (vitest.config.ts). */
    moneyRuns: number;
  }
}

/** Tries a property of money with as many inputs as this run asks for. */
export function holdTrue<Inputs>(property: fc.IProperty<Inputs>): void {
  fc.assert(property, { numRuns: inject("moneyRuns") });
}
