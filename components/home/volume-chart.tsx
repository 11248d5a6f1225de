import { roundCeiling, shareOf } from "./chart-scale";
import { VolumeDay } from "./volume-day";
import { VolumeTable } from "./volume-table";

export type VolumePoint = Readonly<{
  /** `YYYY-MM-DD` in the merchant's time zone. */
  date: string;
  /** For people, for example `3 Nov`. */
  label: string;
  volume: { minor: bigint; text: string };
  refunded: { minor: bigint; text: string };
  payments: number;
}>;

type Props = {
  /** Thirty days: as many as the chart has columns, which have their places before the last of them has arrived. */
  points: readonly VolumePoint[];
  currency: string;
  /** Writes a figure of the axis, given in minor units. */
  formatTick: (minor: bigint) => string;
};

const TICKS = [0n, 1n, 2n] as const;

function largest(values: readonly bigint[]): bigint {
  return values.toSorted((a, b) => (a < b ? 1 : -1))[0] ?? 0n;
}

/**
 * Money in above the line, money back below it. Drawn on the server: the bars are SVG attributes, because the
 * Content-Security-Policy refuses inline styles, and the figures are a table for who cannot see bars.
 */
export function VolumeChart({ points, currency, formatTick }: Props) {
  const top = roundCeiling(largest(points.map((point) => point.volume.minor)));
  // One scale for both directions: a bar below the line is as long as the same amount above it.
  const range = top + roundCeiling(largest([top / 10n, ...points.map((point) => point.refunded.minor)]));
  const baseline = shareOf(top, range) * 100;
  const last = points.length - 1;
  return (
    <figure className="@container px-5 pt-4 pb-4">
      <figcaption className="mb-7 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted-foreground">
        <Key className="fill-chart-1" name={`Captured, ${currency}`} />
        <Key className="fill-chart-2" name={`Refunded, ${currency}`} />
      </figcaption>
      <div aria-hidden="true" className="relative h-56">
        <svg className="absolute inset-0 size-full overflow-visible" role="presentation">
          {TICKS.map((tick) => {
            const y = `${baseline * (1 - Number(tick) / 2)}%`;
            return (
              <g key={tick}>
                <line x1="0" x2="100%" y1={y} y2={y} className={tick === 0n ? "stroke-input" : "stroke-border"} />
                <text x="0" y={y} dy="-5" className="fill-muted-foreground text-[0.6875rem]">
                  {tick === 0n ? "" : formatTick((top * tick) / 2n)}
                </text>
              </g>
            );
          })}
        </svg>
        <div className="absolute inset-0 grid grid-cols-30 pl-14">
          {points.map((point, index) => (
            <VolumeDay
              key={point.date}
              point={point}
              side={index < last / 2 ? "left" : "right"}
              up={shareOf(point.volume.minor, range) * 100}
              down={shareOf(point.refunded.minor, range) * 100}
              baseline={baseline}
            />
          ))}
        </div>
      </div>
      <div aria-hidden="true" className="mt-2 flex justify-between pl-14 text-[0.6875rem] text-muted-foreground">
        <span>{points[0]?.label}</span>
        <span>{points[Math.floor(last / 2)]?.label}</span>
        <span>{points[last]?.label}</span>
      </div>
      <VolumeTable points={points} />
    </figure>
  );
}

function Key({ className, name }: { className: string; name: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg viewBox="0 0 10 10" aria-hidden="true" className="size-2.5">
        <rect width="10" height="10" rx="2.5" className={className} />
      </svg>
      {name}
    </span>
  );
}
