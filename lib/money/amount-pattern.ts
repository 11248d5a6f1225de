/** The contract's amount: major units, up to twelve digits before the point, no sign, exponent, space or leading zero. */
export const AMOUNT_PATTERN = /^(0|[1-9][0-9]{0,11})(\.[0-9]+)?$/;
