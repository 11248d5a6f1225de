import { eventListQuery } from "@/lib/events/list-events";
import { eventAnswer, listOf } from "../answers";
import type { Operation } from "../operation";

export const eventOperations: readonly Operation[] = [
  {
    ...{ id: "listEvents", method: "GET", path: "/events", tag: "Events", summary: "List events" },
    description: "What has happened. Webhooks deliver the same events; this is where to look for one that was missed.",
    ...{ permission: "events:read", policy: "get_transaction", query: eventListQuery },
    answers: [{ status: 200, description: "One page, newest first.", schema: listOf(eventAnswer, "EventList") }],
  },
];
