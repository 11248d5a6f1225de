export { allocate } from "./allocate";
export { add, compare, subtract } from "./arithmetic";
export { type DecimalString, fromDecimalString, toDecimalString } from "./decimal-string";
export { formatMoney } from "./format-money";
export { fromGatewayMinor, toGatewayMinor } from "./gateway-minor";
export { CurrencyMismatchError, MoneyPrecisionError } from "./money-errors";
export { isPositive, isZero, type Money, moneyOf } from "./money-value";
export { multiply, type Rounding } from "./multiply";
export { AMOUNT_PATTERN, type MoneyRefusal, type ParsedMoney, parseMoney, parsePositiveMoney } from "./parse-money";
