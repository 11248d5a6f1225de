import { type Transaction, triesOf } from "./transact";

/**
 * What a transaction does outside the database is not undone when the database undoes the transaction and `transact` runs
 * it again. This keeps, through all runs of one call of `transact`, what each such act came to.
 */
export class AcrossTries<Result> {
  readonly #results = new WeakMap<object, Map<string, Result>>();
  readonly #counts = new WeakMap<Transaction, Map<string, number>>();

  /**
   * Acts, with what the same act came to in an earlier run; undefined in the first. `name` says what is done to what: the
   * second of two of one name in one run is matched with the second of another.
   */
  async act(tx: Transaction, name: string, act: (before: Result | undefined) => Promise<Result>): Promise<Result> {
    const results = atKey(this.#results, triesOf(tx), () => new Map<string, Result>());
    const counts = atKey(this.#counts, tx, () => new Map<string, number>());
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    const key = `${nth} ${name}`;
    const result = await act(results.get(key));
    results.set(key, result);
    return result;
  }
}

function atKey<Key extends object, Value>(map: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
