type Brand = { name: string; short: string; fill: string };

/** Plates of our own with the scheme's initials: the schemes' logos are theirs. */
const BRANDS: Readonly<Record<string, Brand>> = {
  visa: { name: "Visa", short: "VISA", fill: "#1d3f8f" },
  mastercard: { name: "Mastercard", short: "MC", fill: "#8f3a14" },
  amex: { name: "American Express", short: "AMEX", fill: "#0f5e85" },
  rupay: { name: "RuPay", short: "RPAY", fill: "#225c36" },
  discover: { name: "Discover", short: "DISC", fill: "#8a4a00" },
  diners: { name: "Diners Club", short: "DC", fill: "#39506b" },
  jcb: { name: "JCB", short: "JCB", fill: "#5b3a86" },
  unionpay: { name: "UnionPay", short: "UP", fill: "#8c2237" },
  maestro: { name: "Maestro", short: "MAE", fill: "#4a4d8f" },
};

const UNKNOWN: Brand = { name: "Card", short: "CARD", fill: "#52605b" };

export function cardBrand(brand: string): Brand {
  return BRANDS[brand.toLowerCase()] ?? UNKNOWN;
}

export function CardBrandMark({ brand }: { brand: string }) {
  const { short, fill } = cardBrand(brand);
  return (
    <svg viewBox="0 0 30 20" aria-hidden="true" className="h-4.5 w-[1.6875rem] shrink-0">
      <rect x="0.5" y="0.5" width="29" height="19" rx="3.5" fill={fill} className="stroke-white/15" />
      <text
        x="15"
        y="13"
        textAnchor="middle"
        fontSize={short.length > 3 ? 8 : 9}
        fontWeight="700"
        letterSpacing="0.2"
        fill="#fff"
      >
        {short}
      </text>
    </svg>
  );
}
