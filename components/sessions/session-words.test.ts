import { describe, expect, it } from "vitest";
import { durationWords, endedWords, methodWords, signedOutWords } from "./session-words";

const LIMITS = { idleSeconds: 900, absoluteSeconds: 43_200 };

describe("endedWords", () => {
  it("names the limit as it is set", () => {
    const end = (reason: "idle" | "absolute") => endedWords({ reason, by: null }, "usr_1", LIMITS);
    expect(end("idle")).toBe("Ended after 15 minutes without use");
    expect(end("absolute")).toBe("Ended 12 hours after sign-in");
  });

  it("tells one's own revocation from somebody else's", () => {
    const by = (userId: `usr_${string}` | null) =>
      endedWords({ reason: "revoked", by: userId as never }, "usr_1", LIMITS);
    expect([by("usr_1"), by("usr_2"), by(null)]).toEqual([
      "You revoked it",
      "Somebody else revoked it",
      "Somebody else revoked it",
    ]);
  });
});

describe("signedOutWords", () => {
  it("names the limit as it is set", () => {
    expect(signedOutWords("idle", LIMITS)).toBe("You were signed out after 15 minutes without use.");
    expect(signedOutWords("absolute", LIMITS)).toBe("You were signed out 12 hours after you had signed in.");
  });

  it("says nothing to somebody who has signed out themselves", () => {
    expect(signedOutWords("signed_out", LIMITS)).toBeNull();
  });
});

describe("durationWords", () => {
  it.each([
    [900, "15 minutes"],
    [3600, "1 hour"],
    [43_200, "12 hours"],
    [90, "90 seconds"],
    [60, "1 minute"],
    [1, "1 second"],
    [5400, "90 minutes"],
  ])("%i s are %s", (seconds, words) => expect(durationWords(seconds)).toBe(words));
});

it("a method that is not known is a dash", () => {
  expect([methodWords("totp"), methodWords(null)]).toEqual(["Authenticator app", "–"]);
});
