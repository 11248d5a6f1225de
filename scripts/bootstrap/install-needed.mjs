/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, dev?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Why the dependencies must be installed (again), or null when what is installed is what the lockfile says.
 *
 * @param {{ lockHash: string, stamp: string | null, lockfile: Lockfile, installed: Lockfile | null }} found
 *   `stamp` is the hash that the last install of ours finished with, `installed` npm's own record of what it put there
 * @returns {string | null}
 */
export function installReason({ lockHash, stamp, lockfile, installed }) {
  if (stamp === lockHash) return null;
  // npm writes its record last, so without one an install never ran to its end.
  if (installed === null) return "nothing is installed yet";
  return sameInstall(lockfile, installed) ? null : "package-lock.json has changed since the last install";
}

/**
 * @param {Lockfile} lockfile
 * @param {Lockfile} installed
 * @returns {boolean}
 */
function sameInstall(lockfile, installed) {
  const wanted = lockfile.packages ?? {};
  const present = installed.packages ?? {};
  const nothingMissing = Object.entries(wanted).every(([path, entry]) => {
    const found = present[path];
    // The root has no entry there; optional ones are for other platforms.
    if (found === undefined) return path === "" || entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return nothingMissing && Object.keys(present).every((path) => path in wanted);
}
