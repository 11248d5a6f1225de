"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { Section } from "@/components/layout/section";
import { type Detail, PaymentDetails } from "@/components/payments/payment-details";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";

/** What identifies a person, masked or not. */
export type Personal = Readonly<{ email: string; phone: string | null; taxId: string | null }>;

export type RevealAnswer = { kind: "revealed"; personal: Personal } | { kind: "refused"; message: string };

type Props = {
  masked: Personal;
  others: readonly Detail[];
  /** Left out for who may not. */
  onReveal?: (() => Promise<RevealAnswer>) | undefined;
};

/** What is known of a customer. It is masked until somebody who may asks for it, and that leaves an entry in the trail. */
export function CustomerDetails({ masked, others, onReveal }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [revealed, setRevealed] = useState<Personal | null>(null);
  const { email, phone, taxId } = revealed ?? masked;

  async function toggle() {
    if (revealed !== null) return setRevealed(null);
    const answer = onReveal && (await run(onReveal));
    if (answer) setRevealed(answer.personal);
  }

  const button = onReveal && (
    <ActionButton
      variant="outline"
      size="sm"
      pending={pending}
      icon={revealed === null ? <Eye aria-hidden="true" /> : <EyeOff aria-hidden="true" />}
      onClick={toggle}
    >
      {revealed === null ? "Reveal" : "Hide"}
    </ActionButton>
  );
  return (
    <Section title="Details" actions={button}>
      {refusal !== null && (
        <div className="px-5 pt-4">
          <FormError message={refusal.message} attempt={refusal} />
        </div>
      )}
      <div role="status" className="sr-only">
        {revealed !== null && "The customer's data is shown. It is in the audit trail that you looked."}
      </div>
      <PaymentDetails
        details={[
          { label: "Email", value: email },
          { label: "Phone", value: phone },
          { label: "Tax id", value: taxId },
          ...others,
        ]}
      />
    </Section>
  );
}
