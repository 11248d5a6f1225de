import { CardBrandMark, cardBrand } from "./card-brand";

type Props = {
  brand: string;
  lastFour: string;
  /** Writes the scheme out, where there is room. */
  named?: boolean;
};

/** A card as it may be shown: its scheme and its last four digits (PCI DSS 3.4.1). */
export function CardLabel({ brand, lastFour, named = false }: Props) {
  const { name } = cardBrand(brand);
  return (
    <span className="inline-flex items-center gap-2 align-middle whitespace-nowrap">
      <CardBrandMark brand={brand} />
      {named && <span aria-hidden="true">{name}</span>}
      <span className="sr-only">{name} ending in </span>
      <span aria-hidden="true" className="text-xs tracking-[0.08em] text-muted-foreground">
        ••••
      </span>
      <span>{lastFour}</span>
    </span>
  );
}
