"use server";

import { z } from "zod";
import type { Changed, Refused } from "@/components/security/answers";
import type { BegunAuthenticator } from "@/components/security/authenticator-section";
import { stepUpAction } from "@/lib/boundary/action";
import { changeOwnFactors } from "@/lib/boundary/change-own-factors";
import { beginAuthenticator, confirmAuthenticator, removeAuthenticator } from "@/lib/factors/authenticator";
import { qrCode } from "@/lib/qr/qr-code";
import { enrolmentCode } from "./inputs";
import { appCodeRefused, refused } from "./refusals";

const nothing = z.undefined();

/** Begins a new authenticator: its secret is shown this once. */
export const startAuthenticator = stepUpAction<typeof nothing, BegunAuthenticator | Refused>(
  { name: "start_authenticator", permission: "security:own", input: nothing, onError: refused },
  (call) =>
    changeOwnFactors<BegunAuthenticator | Refused>(call, async (tx, ring) => {
      const { enrolmentId, secret, uri } = await beginAuthenticator(tx, ring, call.session);
      return { answer: { kind: "begun", enrolmentId, secret, qr: qrCode(uri) }, told: null };
    }),
);

/** Takes the new authenticator's first code. */
export const finishAuthenticator = stepUpAction<typeof enrolmentCode, Changed | Refused>(
  { name: "finish_authenticator", permission: "security:own", input: enrolmentCode, onError: refused },
  (call, input) =>
    changeOwnFactors<Changed | Refused>(call, async (tx, ring) => {
      const outcome = await confirmAuthenticator(tx, call.context, ring, call.session, input);
      switch (outcome) {
        case "enrolled":
          return { answer: { kind: "changed", notice: "Authenticator app added." }, told: "authenticator_added" };
        case "replaced":
          return { answer: { kind: "changed", notice: "Authenticator app replaced." }, told: "authenticator_replaced" };
        default:
          return { answer: appCodeRefused(outcome), told: null };
      }
    }),
);

export const dropAuthenticator = stepUpAction<typeof nothing, Changed | Refused>(
  { name: "drop_authenticator", permission: "security:own", input: nothing, onError: refused },
  (call) =>
    changeOwnFactors<Changed | Refused>(call, async (tx) => {
      await removeAuthenticator(tx, call.session);
      return { answer: { kind: "changed", notice: "Authenticator app removed." }, told: "authenticator_removed" };
    }),
);
