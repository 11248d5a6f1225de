type Props = {
  at: Date;
  /** IANA, for example `Asia/Kolkata`. The page says once which one it is. */
  timeZone: string;
  /** BCP 47; decides the order of day and month. */
  locale?: string;
  seconds?: boolean;
};

/** A moment in the merchant's time zone, never the browser's: two colleagues read the same day. */
export function LocalTime({ at, timeZone, locale = "en-GB", seconds = false }: Props) {
  const text = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
  }).format(at);
  return (
    <time dateTime={at.toISOString()} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  );
}
