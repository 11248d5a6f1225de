import type { Shop } from "../shop";

/** One row of the list of faults. It throws a `Violation` for what must not be; the invariants are checked after it. */
export type Scenario = Readonly<{
  /** Its number in the list of faults. */
  number: number;
  title: string;
  run: (shop: Shop) => Promise<void>;
}>;
