"use client";

import type { ComponentProps } from "react";
import { EnrolAuthenticator } from "@/components/auth/enrol-authenticator";
import { startOver } from "./actions";
import { sendCode } from "./send-code";

type Props = Pick<ComponentProps<typeof EnrolAuthenticator>, "intro" | "qr" | "secret" | "account">;

export function Enrol(props: Props) {
  return (
    <EnrolAuthenticator
      {...props}
      onCode={sendCode}
      onStartOver={startOver}
      next={{ href: "/", label: "Go to Home" }}
    />
  );
}
