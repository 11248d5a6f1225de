/** Runs once as the server starts, before it answers: a bad environment stops it here, and says what is missing. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { prepareServer } = await import("./lib/background/prepare-server");
  prepareServer();
}
