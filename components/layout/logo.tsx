/** An abacus with three rods: the oldest counting house there is. */
export function LogoMark({ className = "" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={`size-7 shrink-0 ${className}`}>
      <rect width="32" height="32" rx="7.5" className="fill-primary" />
      <g className="stroke-primary-foreground/45" strokeWidth="1.25">
        <path d="M6 10h20M6 16h20M6 22h20" />
      </g>
      <g className="fill-primary-foreground">
        <rect x="7.25" y="7.5" width="3.4" height="5" rx="1.7" />
        <rect x="11.65" y="7.5" width="3.4" height="5" rx="1.7" />
        <rect x="21.35" y="7.5" width="3.4" height="5" rx="1.7" />
        <rect x="7.25" y="13.5" width="3.4" height="5" rx="1.7" />
        <rect x="16.95" y="13.5" width="3.4" height="5" rx="1.7" />
        <rect x="21.35" y="13.5" width="3.4" height="5" rx="1.7" />
        <rect x="12.55" y="19.5" width="3.4" height="5" rx="1.7" />
        <rect x="16.95" y="19.5" width="3.4" height="5" rx="1.7" />
        <rect x="21.35" y="19.5" width="3.4" height="5" rx="1.7" />
      </g>
    </svg>
  );
}

export function Logo({ className = "" }: { className?: string }) {
  return (
    <span className={`inline-flex items-center gap-2.5 ${className}`}>
      <LogoMark />
      <span className="text-[0.95rem] font-semibold tracking-[-0.015em]">Countinghouse</span>
    </span>
  );
}
