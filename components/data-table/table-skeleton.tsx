import { Loading } from "@/components/layout/loading";
import { Skeleton } from "@/components/ui/skeleton";

type Props = { what: string; rows?: number };

/** Rows of the height the real ones have, as a table or, where it is narrow, as cards. */
export function TableSkeleton({ what, rows = 12 }: Props) {
  return (
    <Loading what={what}>
      <div className="@container overflow-hidden rounded-lg border bg-card">
        <div className="h-9 border-b bg-muted/50 @max-4xl:hidden" />
        <div className="divide-y">
          {Array.from({ length: rows }, (_, row) => row).map((row) => (
            <div
              key={row}
              className="flex h-14 items-center gap-6 px-4 @max-4xl:h-24 @max-4xl:items-start @max-4xl:py-4"
            >
              <div className="min-w-0 flex-1 space-y-2">
                <Skeleton className="h-3.5 w-36" />
                <Skeleton className="h-2.5 w-52 max-w-full" />
              </div>
              <Skeleton className="h-3.5 w-24" />
              <Skeleton className="h-6 w-24 rounded-full @max-4xl:hidden" />
              <Skeleton className="h-3.5 w-24 @max-4xl:hidden" />
              <Skeleton className="h-3.5 w-32 @max-4xl:hidden" />
            </div>
          ))}
        </div>
      </div>
    </Loading>
  );
}
