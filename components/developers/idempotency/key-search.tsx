import Form from "next/form";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

/** Which key to look into; the address says it. */
export function KeySearch({ value }: { value: string | undefined }) {
  return (
    <search aria-label="Find an idempotency key" className="mb-6 block">
      <Form key={value} action="/developers" className="flex flex-wrap items-end gap-3">
        <input type="hidden" name="tab" value="idempotency" />
        <div className="min-w-0 grow basis-64 space-y-1.5 sm:max-w-xl">
          <Label htmlFor="idempotency-key" className="text-xs text-muted-foreground">
            Idempotency key
          </Label>
          <Input
            id="idempotency-key"
            name="key"
            defaultValue={value}
            required
            maxLength={255}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="order-1001"
            className="bg-card font-mono"
          />
        </div>
        <Button type="submit" variant="outline" className="bg-card">
          Look up
        </Button>
      </Form>
    </search>
  );
}
