/** What fingers and schoolchildren run along: rows and columns of common keyboards, the alphabet, the digits. */
const LINES = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop[]\\",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl;'",
  "qsdfghjklm",
  "zxcvbnm,./",
  "yxcvbnm,.-",
  "`1234567890-=",
  "!@#$%^&*()_+",
  ...["1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"],
].flatMap((line) => [line, [...line].reverse().join("")]);

/** A run shorter than this may be chance: "were", "first", "hijack". */
const RUN_MIN = 3;

/**
 * The text with each run along a keyboard row, the alphabet or the digits, and each repeated character, cut to its first
 * character: what is left is about as long as what had to be thought of. Takes lower case.
 */
export function withoutRuns(text: string): string {
  const characters = [...text];
  let left = "";
  for (let at = 0; at < characters.length; ) {
    left += characters[at];
    const length = runLength(characters, at);
    at += length >= RUN_MIN ? length : 1;
  }
  return left;
}

function runLength(characters: readonly string[], start: number): number {
  const longest = (continues: (run: string) => boolean) => {
    let run = characters[start] ?? "";
    let length = 1;
    for (; start + length < characters.length; length += 1) {
      const longer = run + characters[start + length];
      if (!continues(longer)) break;
      run = longer;
    }
    return length;
  };
  const first = characters[start] ?? "";
  const same = longest((run) => run === first.repeat([...run].length));
  return Math.max(same, ...LINES.map((line) => longest((run) => line.includes(run))));
}

/** The shortest piece that gives the text when it is repeated, the last time perhaps in part: "abcabcab" is "abc". */
export function repeatedPiece(text: string): string {
  const characters = [...text];
  for (let period = 1; period <= characters.length / 2; period += 1) {
    if (characters.every((character, index) => character === characters[index % period])) {
      return characters.slice(0, period).join("");
    }
  }
  return text;
}
