/** Also behind white space and invisible characters, and in full width, as spreadsheets read them. */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cf}]*[=+\-@＝＋－＠])/u;

/**
 * One record of RFC 4180, with its line end. A cell that a spreadsheet would run as a formula gets an apostrophe before it
 * (ASVS 1.2.10).
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(text: string): string {
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
