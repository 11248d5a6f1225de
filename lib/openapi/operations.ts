import type { Operation } from "./operation";
import { cardOperations } from "./operations/cards";
import { customerOperations } from "./operations/customers";
import { eventOperations } from "./operations/events";
import { paymentOperations } from "./operations/payments";
import { webhookOperations } from "./operations/webhooks";

/** Every signed call that there is, in the order of the documentation. A test compares it with the route files. */
export const OPERATIONS: readonly Operation[] = [
  ...cardOperations,
  ...paymentOperations,
  ...customerOperations,
  ...eventOperations,
  ...webhookOperations,
];
