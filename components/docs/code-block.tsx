/** Code to copy. It scrolls in itself, and can be reached and scrolled by keyboard. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <figure className="my-4 overflow-hidden rounded-lg border bg-card">
      <figcaption className="border-b px-4 py-1.5 text-xs text-muted-foreground">{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1) */}
      <pre tabIndex={0} className="scrollbar-thin overflow-x-auto px-4 py-3 text-[0.8125rem] leading-relaxed">
        <code>{code}</code>
      </pre>
    </figure>
  );
}
