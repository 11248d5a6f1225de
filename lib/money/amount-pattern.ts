/** The contract's amount: major units, up to twelve digits before the point, no sign, exponent, space or leading zero. */
export const AMOUNT_PATTERN = /^(0|[1-9][0-9]{0,11})(\.[0-9]+)?$/;

/** The same for a reader of the API's document; above zero. */
export const AMOUNT_SCHEMA = {
  type: "string",
  pattern: "^(0|[1-9][0-9]{0,11})(\\.[0-9]+)?$",
  examples: ["1499.00"],
};
