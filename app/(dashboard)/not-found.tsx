import { ErrorState } from "@/components/layout/error-state";

export default function NotFound() {
  return (
    <ErrorState code="404" title="There is nothing here">
      What you look for does not exist, or it is not one of yours. Search for it in its list.
    </ErrorState>
  );
}
