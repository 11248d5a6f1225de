import { Loading } from "@/components/layout/loading";
import { Skeleton } from "@/components/ui/skeleton";

const LINES = ["a", "b", "c", "d", "e"];

export function PaymentSkeleton() {
  return (
    <Loading what="payment">
      <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(18rem,2fr)]">
        <div className="space-y-4">
          <div className="rounded-lg border bg-card px-5 py-5">
            <Skeleton className="h-8 w-52" />
            <Skeleton className="mt-8 h-9 w-full" />
          </div>
          <div className="space-y-6 rounded-lg border bg-card px-5 py-6">
            {LINES.map((line) => (
              <Skeleton key={line} className="h-9 w-full" />
            ))}
          </div>
        </div>
        <div className="space-y-5 self-start rounded-lg border bg-card px-5 py-6">
          {LINES.map((line) => (
            <Skeleton key={line} className="h-4 w-full" />
          ))}
        </div>
      </div>
    </Loading>
  );
}
