import { Ban, Check, TriangleAlert } from "lucide-react";
import { Pill } from "../pill";

type Props = { status: "enabled" | "disabled" | "deleted"; failing: boolean };

export function EndpointBadge({ status, failing }: Props) {
  if (status !== "enabled") return <Pill tone="danger" icon={Ban} label="Disabled" />;
  return failing ? (
    <Pill tone="warning" icon={TriangleAlert} label="Failing" />
  ) : (
    <Pill tone="success" icon={Check} label="Enabled" />
  );
}
