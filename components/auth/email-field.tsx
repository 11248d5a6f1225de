import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

/** The address of an account. */
export function EmailField({ value, invalid }: { value: string; invalid: boolean }) {
  return (
    <div className="space-y-2">
      <Label htmlFor="email">Email</Label>
      <Input
        id="email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        defaultValue={value}
        aria-invalid={invalid || undefined}
        className="h-10"
      />
    </div>
  );
}
