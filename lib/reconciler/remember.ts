/** Asks once for all who ask within so many milliseconds of the answer, or before it. What fails is asked again at once. */
export function remember<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let known: Readonly<{ answer: Promise<T>; until: number }> | null = null;
  return () => {
    if (known !== null && performance.now() < known.until) return known.answer;
    const answer = ask();
    const mine = { answer, until: Number.POSITIVE_INFINITY };
    known = mine;
    answer.then(
      () => {
        if (known === mine) known = { answer, until: performance.now() + milliseconds };
      },
      () => {
        if (known === mine) known = null;
      },
    );
    return answer;
  };
}
