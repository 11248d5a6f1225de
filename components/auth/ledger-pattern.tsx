const ROWS = Array.from({ length: 15 }, (_, row) => 24 + row * 52);

/** Where the beads of each rod sit: fixed, so that server and browser draw the same. */
const BEADS = [
  [0, 1, 5],
  [0, 4, 5],
  [0, 1, 2, 7],
  [3, 6, 7],
  [0, 5, 6, 7],
  [1, 2, 6],
  [0, 3, 4, 7],
  [0, 1, 6, 7],
  [2, 5, 6],
  [0, 1, 2, 7],
  [4, 5, 7],
  [0, 2, 6],
  [0, 1, 5, 7],
  [3, 4, 6],
  [0, 6, 7],
];

/** The logo's abacus, grown to the size of the panel and faded into it. */
export function LedgerPattern() {
  return (
    <svg
      viewBox="0 0 520 780"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      className="absolute inset-0 size-full"
    >
      <defs>
        <linearGradient id="ledger-fade" x1="1" y1="0" x2="0.15" y2="0.75">
          <stop offset="0" stopColor="white" stopOpacity="0.16" />
          <stop offset="0.55" stopColor="white" stopOpacity="0.05" />
          <stop offset="1" stopColor="white" stopOpacity="0" />
        </linearGradient>
        <mask id="ledger-mask">
          <rect width="520" height="780" fill="url(#ledger-fade)" />
        </mask>
      </defs>
      <g mask="url(#ledger-mask)" className="fill-brand-panel-foreground stroke-brand-panel-foreground">
        {ROWS.map((y, row) => (
          <g key={y}>
            <path d={`M0 ${y}H520`} strokeWidth="2" />
            {BEADS[row]?.map((place) => (
              <rect key={place} x={32 + place * 60} y={y - 18} width="34" height="36" rx="17" stroke="none" />
            ))}
          </g>
        ))}
      </g>
    </svg>
  );
}
