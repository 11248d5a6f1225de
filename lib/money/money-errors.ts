/** Two currencies met in one sum or comparison. A fault of the calling code: a user's mistake is refused before. */
export class CurrencyMismatchError extends Error {
  override readonly name = "CurrencyMismatchError";

  constructor(left: string, right: string) {
    super(`${left} and ${right} are different currencies: convert one of them before adding or comparing`);
  }
}

/** An amount has more decimals than the target can hold, and nobody chose how to round it. */
export class MoneyPrecisionError extends Error {
  override readonly name = "MoneyPrecisionError";

  constructor(amount: string, decimals: number) {
    super(`${amount} does not fit ${decimals} decimals without loss: round it on purpose first`);
  }
}
