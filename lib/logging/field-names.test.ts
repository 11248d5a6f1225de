import { describe, expect, it } from "vitest";
import { classifyField, type FieldClass, isHidden } from "./field-names";

const CLASSES: Record<Exclude<FieldClass, "plain">, string> = {
  secret:
    "password Password newPassword new_password NEW-PASSWORD userpassword passwordHash password2 pwd clientSecret client_secret secretKey AUTH_SECRET MASTER_KEY masterKey " +
    "privateKey cookie Set-Cookie cookies cvc CVC cvc2 cvv cvv2 csc cardCvc card_cvc securityCode security_code pin PIN newPin otp OTPCode smsOtp totp totpSecret otpauth_url " +
    "recoveryCode recovery_codes backupCode verification_code one_time_code authCode pan PAN cardNumber card_number CARD-NUMBER cardnumber customerPan signature X-Signature " +
    "webhook-signature pepper aadhaar aadhaarNumber aadhar tax_id taxId phone customerPhone phone_number mobile csrfToken credential jwt access_key signingKey",
  identifier:
    "token accessToken refresh_token id_token tokens session sessionId session_id session_token apiKey X-Api-Key api_key authorization Authorization Proxy-Authorization UPSTASH_REDIS_REST_TOKEN",
  email: "email Email customerEmail email_address emailId emails",
  code: "code Code codes",
  number: "number accountNo itemNum",
};
const PLAIN =
  "id status status_code errorCode country_code currencyCode amount last4 cardLast4 pan_last4 brand fingerprint requestId request_id merchant_id reference idempotency_key Idempotency-Key " +
  "x-nonce shipping spinner company panel expand password_changed_at session_count sessionExpires token_type tokenize otp_enabled signatureValid signature_invalid email_verified " +
  "pin_attempts kid exp_month url path method user-agent duration_ms constructor __proto__ toString";

describe("classifyField", () => {
  for (const [fieldClass, names] of Object.entries(CLASSES)) {
    it.each(names.split(" "))(`${fieldClass}: %s`, (name) => expect(classifyField(name)).toBe(fieldClass));
  }
  it.each([...PLAIN.split(" "), "", "…", "123"])("plain: %s", (name) => expect(classifyField(name)).toBe("plain"));
  it("reads names with spaces", () => {
    expect([classifyField("security code"), classifyField("Card Number")]).toEqual(["secret", "secret"]);
  });

  // Attack: a body with a million different keys, to fill the memory that remembers names.
  it("answers the same after more names than it remembers", () => {
    for (let index = 0; index < 10_000; index += 1) classifyField(`field_${index}`);
    expect(classifyField("a_password_never_seen_before")).toBe("secret");
    expect(classifyField("an_amount_never_seen_before")).toBe("plain");
  });
});

describe("isHidden", () => {
  it("shows public ids under names of tokens and sessions, and nothing else there", () => {
    const random = "7zy0123456789abcdefghjkmnp";
    for (const id of [
      `tok_${random}`,
      `key_test_${random}`,
      `ses_${random}`,
      "550e8400-e29b-41d4-a716-446655440000",
      "3",
    ]) {
      expect(isHidden("identifier", id), id).toBe(false);
    }
    const secrets = [
      `cs_test_${random}`,
      random,
      "uYwhAbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_a",
      `tok_${random}x`,
      `tok_${random.slice(1)}`,
      "123456",
      `tok_${random} `,
    ];
    for (const secret of secrets) expect(isHidden("identifier", secret), secret).toBe(true);
    expect(isHidden("identifier", 123_456)).toBe(true);
  });

  it("tells a one-time code from an error's code", () => {
    for (const code of ["1234", "482913", "482 913", "12-34-56", "1234567890", 482_913]) {
      expect(isHidden("code", code), String(code)).toBe(true);
    }
    for (const code of ["card_declined", "ECONNREFUSED", "404", 404, "12345678901", "40P01"]) {
      expect(isHidden("code", code), String(code)).toBe(false);
    }
  });
});
