import type { Refused, Sensitive } from "@/components/security/answers";

/** A field of a form that is wrong, by its name there. Nothing was changed. */
export type Invalid = { kind: "invalid"; field: string; message: string };

/** A new secret, to be shown this once. */
export type NewSecret = { kind: "secret"; id: string; secret: string };

export type Done = { kind: "done" };

export type CreateKey = (key: TypedKey) => Promise<Sensitive<NewSecret | Invalid>>;

/** A key as its form has it: `expiresInDays` and the addresses, one a line, as they were typed. */
export type TypedKey = Readonly<{
  name: string;
  mode: string;
  permissions: string[];
  addresses: string;
  expiresInDays: string;
}>;

/** How long the old secret works beside the new one. */
export type Grace = "none" | "hour" | "day" | "week";

export type RotateKey = (input: { id: string; grace: Grace }) => Promise<Sensitive<NewSecret>>;

export type ActOnOne = (input: { id: string }) => Promise<Done | Refused>;
