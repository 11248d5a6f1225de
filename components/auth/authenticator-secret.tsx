import { QrImage } from "./qr-image";

type Props = {
  /** A QR code of the `otpauth:` link. */
  qr: { size: number; path: string };
  /** Base32. */
  secret: string;
};

/** What an authenticator app is given: a picture to scan, and the same as text for whoever cannot scan it. */
export function AuthenticatorSecret({ qr, secret }: Props) {
  return (
    <div className="space-y-3">
      <QrImage {...qr} label="QR code for your authenticator app" />
      <p className="text-sm text-muted-foreground">
        Cannot scan it? Type this key into the app:
        <code className="mt-1 block font-mono break-words text-foreground select-all">
          {secret.match(/.{1,4}/g)?.join(" ")}
        </code>
      </p>
    </div>
  );
}
