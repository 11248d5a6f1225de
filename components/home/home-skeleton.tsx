import { Loading } from "@/components/layout/loading";
import { Skeleton } from "@/components/ui/skeleton";

const CARDS = ["volume", "success", "refunds", "average"];

export function HomeSkeleton() {
  return (
    <Loading what="figures">
      <div className="grid grid-cols-1 gap-3 min-[30rem]:grid-cols-2 xl:grid-cols-4">
        {CARDS.map((card) => (
          <div key={card} className="space-y-3 rounded-lg border bg-card px-5 py-4">
            <Skeleton className="h-3.5 w-24" />
            <Skeleton className="h-6 w-36" />
            <Skeleton className="h-3 w-28" />
          </div>
        ))}
      </div>
      <div className="mt-3 rounded-lg border bg-card">
        <div className="flex h-12 items-center border-b px-5">
          <Skeleton className="h-3.5 w-32" />
        </div>
        <div className="px-5 py-4">
          <Skeleton className="h-[17.5rem] w-full" />
        </div>
      </div>
    </Loading>
  );
}
