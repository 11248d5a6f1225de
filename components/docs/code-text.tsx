/** A line of text with `code` in it. */
export function CodeText({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a text that never changes while it is shown
      <code key={index} className="rounded bg-muted px-1 py-0.5 text-[0.9em] break-words text-foreground">
        {part}
      </code>
    ),
  );
}
