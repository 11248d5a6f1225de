import { acquirerScenarios } from "./acquirer";
import { callbackScenarios } from "./callbacks";
import { crashScenarios } from "./crashes";
import { databaseScenarios } from "./database";
import { keyScenarios } from "./keys";
import { raceScenarios } from "./races";
import type { Scenario } from "./scenario";

/** In the order of the list of faults. */
export const SCENARIOS: readonly Scenario[] = [
  ...keyScenarios,
  ...crashScenarios,
  ...acquirerScenarios,
  ...callbackScenarios,
  ...raceScenarios,
  ...databaseScenarios,
].toSorted((one, other) => one.number - other.number);
