/** Preloaded into a Node program: when whoever started it is gone without a word, it ends as if it had been asked to. */

const GRACE_MS = 5000;

process.once("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
