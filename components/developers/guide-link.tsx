/** A way to the public documentation, which is a page of its own. */
export function GuideLink({ href, children }: { href: `/docs${string}`; children: string }) {
  return (
    <a href={href} className="text-primary underline underline-offset-4">
      {children}
    </a>
  );
}
