import type { Changed, Refused } from "@/components/security/answers";
import type { ActOnOne, Invalid, NewSecret } from "../answers";

export type AddEndpoint = (endpoint: { url: string; events: string[] }) => Promise<NewSecret | Invalid | Refused>;

/** `from` and `to` as the clock of the merchant's time zone shows them: `2026-11-25T13:00`. */
export type Replay = (range: { id: string; from: string; to: string }) => Promise<Changed | Invalid | Refused>;

export type EndpointActions = Readonly<{
  onRotate: (input: { id: string }) => Promise<NewSecret | Refused>;
  onDelete: ActOnOne;
  onEnable: ActOnOne;
  onRetry: ActOnOne;
  onReplay: Replay;
}>;
