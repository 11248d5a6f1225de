import parsePhoneNumber from "libphonenumber-js/min";

const BULLET = "•";
const SHOWN = 4;

/** "+91••••••3210": the country code and the last four digits; of a short number the last two. Takes E.164. */
export function maskPhone(phone: string): string {
  const code = parsePhoneNumber(phone)?.countryCallingCode ?? "";
  const national = phone.slice(1 + code.length);
  const shown = national.length > SHOWN + 2 ? SHOWN : 2;
  return `+${code}${BULLET.repeat(Math.max(national.length - shown, 0))}${national.slice(-shown)}`;
}

/** "••••••234F": the last four characters of a tax number. */
export function maskTaxId(taxId: string): string {
  return BULLET.repeat(Math.max(taxId.length - SHOWN, 0)) + taxId.slice(-SHOWN);
}
