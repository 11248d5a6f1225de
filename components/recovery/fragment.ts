/** What the link of an e-mail is for, and its token. */
export type RecoveryLink = Readonly<{ kind: "password" | "factors"; token: string }>;

/** Reads the fragment of an e-mailed address; null when it holds no token. */
export function readFragment(hash: string): RecoveryLink | null {
  const [, mark, token] = /^#(factors\.)?([A-Za-z0-9_-]{43})$/.exec(hash) ?? [];
  if (token === undefined) return null;
  return { kind: mark === undefined ? "password" : "factors", token };
}
