/** What the bootstrap itself needs; everything after it runs on the Node that the lockfile pins. */
const OLDEST_MAJOR = 20;

/**
 * What is wrong with this Node and what to do, or null when it will do.
 *
 * @param {string} version such as "20.20.2"
 * @returns {string | null}
 */
export function nodeVersionProblem(version) {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return null;
  return (
    `Countinghouse needs Node.js ${OLDEST_MAJOR} or newer to start; this is ${version}.\n` +
    "Install a current one (nodejs.org, or your version manager: nvm install 24), then run the same command again."
  );
}
