/** A QR code in black on white, in both themes: cameras want it so. It takes its place before anything is loaded. */
export function QrImage({ size, path, label }: { size: number; path: string; label: string }) {
  return (
    <svg
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className="size-48 rounded-md border bg-white"
    >
      <path d={path} fill="black" />
    </svg>
  );
}
