import type { VolumePoint } from "./volume-chart";

type Props = {
  point: VolumePoint;
  /** Where its note opens from, so that it stays on the screen. */
  side: "left" | "right";
  /** Heights and the line's place, in per cent of the chart. */
  up: number;
  down: number;
  baseline: number;
};

// Beside its bar where there is room; on a narrow chart in the corner that the finger does not cover.
const NOTE = {
  left: "right-0 @2xl:right-auto @2xl:left-full @2xl:ml-1",
  right: "left-14 @2xl:right-full @2xl:left-auto @2xl:mr-1",
} as const;

export function VolumeDay({ point, side, up, down, baseline }: Props) {
  return (
    <div className="group min-w-0 @2xl:relative">
      <svg className="block size-full" role="presentation">
        <rect width="100%" height="100%" rx="3" className="fill-transparent group-hover:fill-foreground/5" />
        {up > 0 && (
          <rect x="16%" width="68%" y={`${baseline - up}%`} height={`${up}%`} rx="1.5" className="fill-chart-1" />
        )}
        {down > 0 && (
          <rect x="16%" width="68%" y={`${baseline}%`} height={`${down}%`} rx="1.5" className="fill-chart-2" />
        )}
      </svg>
      <div
        className={`pointer-events-none invisible absolute top-2 z-10 w-max min-w-40 rounded-md border bg-popover px-3 py-2 text-xs text-popover-foreground opacity-0 shadow-md transition-opacity group-hover:visible group-hover:opacity-100 ${NOTE[side]}`}
      >
        <p className="font-medium">{point.label}</p>
        <Line name="Captured" text={point.volume.text} />
        <Line name="Refunded" text={point.refunded.text} />
        <Line name="Payments" text={point.payments.toLocaleString("en")} />
      </div>
    </div>
  );
}

function Line({ name, text }: { name: string; text: string }) {
  return (
    <p className="mt-1 flex justify-between gap-6">
      <span className="text-muted-foreground">{name}</span>
      <span className="font-medium">{text}</span>
    </p>
  );
}
