import Link from "next/link";

/** Under a form of the page. What ends with a button that leads there has none. */
export function BackToSignIn() {
  return (
    <p className="pt-3 text-sm text-muted-foreground">
      <Link href="/login" className="underline underline-offset-4 hover:text-foreground">
        Back to sign in
      </Link>
    </p>
  );
}
