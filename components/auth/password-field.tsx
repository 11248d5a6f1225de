import { Label } from "@/components/ui/label";
import { RevealingInput } from "./revealing-input";

export function PasswordField({ id, invalid }: { id: string; invalid: boolean }) {
  return (
    <div className="space-y-2">
      <Label htmlFor={id}>Password</Label>
      <RevealingInput id={id} autoComplete="current-password" aria-invalid={invalid || undefined} />
    </div>
  );
}
