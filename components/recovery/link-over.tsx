import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";

/** The link is of no use any more: what was typed is gone with it, and there is one way on. */
export function LinkOver({ message, next }: { message: string; next: { href: string; label: string } }) {
  return (
    <div className="space-y-5">
      <FormError message={message} attempt={message} />
      <Button asChild size="lg" className="w-full">
        {/* A full load: the page begins again without the link. */}
        <a href={next.href}>{next.label}</a>
      </Button>
    </div>
  );
}
