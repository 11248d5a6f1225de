let loading: Promise<ReadonlySet<string>> | null = null;

/**
 * The 49,000 passwords that attackers try first, in lower case (ASVS 6.2.4; PCI DSS 8.3.6 by way of NIST SP 800-63B).
 * They come with a package, so that no password and no part of its hash leaves the server to be looked up. They take
 * about 7 MB, and only once somebody chooses a password.
 */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}
