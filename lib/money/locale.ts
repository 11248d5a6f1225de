/** The locale in which a merchant reads amounts: English, grouped as its country (ISO 3166-1 alpha-2) groups digits. */
export function moneyLocale(country: string): string {
  return `en-${country}`;
}
