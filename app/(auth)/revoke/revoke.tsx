"use client";

import { RevokePage } from "@/components/revoke/revoke-page";
import { endSession } from "./actions";

export function Revoke() {
  return <RevokePage onEnd={(token) => endSession({ token })} />;
}
