/** Shows what a script is doing, a line for each step with the seconds it took; on a terminal the seconds run along. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const label = `  ${title} `.padEnd(44, "·");
  const isTerminal = process.stdout.isTTY;
  process.stdout.write(label);
  const ticking = isTerminal ? setInterval(() => process.stdout.write(`\r${label} ${seconds()}`), 1000) : null;
  try {
    const result = await work();
    process.stdout.write(`${isTerminal ? `\r${label}` : ""} ${seconds()}\n`);
    return result;
  } catch (error) {
    process.stdout.write("\n");
    throw error;
  } finally {
    if (ticking !== null) clearInterval(ticking);
  }
}
