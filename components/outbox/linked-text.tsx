import { Fragment } from "react";

/** A plain text whose addresses of this very site are links, as a mail program shows them. Others stay text. */
export function LinkedText({ text, origin }: { text: string; origin: string }) {
  const parts = text.split(/(https?:\/\/\S+)/);
  return parts.map((part, index) =>
    URL.parse(part)?.origin === new URL(origin).origin ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, which never changes
      <a key={index} href={part} className="break-all text-primary underline underline-offset-4">
        {part}
      </a>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
