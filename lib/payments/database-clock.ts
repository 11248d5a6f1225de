/**
 * The database's clock, carried on by this process's monotonic one from a moment that the database gave: so an answer can be
 * written before it is stored, and servers whose clocks differ agree.
 */
export function carryOn(from: Date): () => Date {
  const startedAt = performance.now();
  return () => new Date(from.getTime() + Math.round(performance.now() - startedAt));
}
