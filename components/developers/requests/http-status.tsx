import { Check, ServerCrash, X } from "lucide-react";
import { Pill } from "../pill";

/** An answer's status: accepted, refused, or ours to mend. */
export function HttpStatus({ status }: { status: number }) {
  if (status < 400) return <Pill tone="success" icon={Check} label={`${status}`} />;
  return status < 500 ? (
    <Pill tone="warning" icon={X} label={`${status}`} />
  ) : (
    <Pill tone="danger" icon={ServerCrash} label={`${status}`} />
  );
}
