import { FormError } from "@/components/auth/form-error";
import type { Refused } from "@/components/security/answers";
import { ChangeNotice } from "@/components/security/change-notice";

/** What came of the last button: each takes the focus as it comes. */
export function Outcome({ notice, refusal }: { notice: string | null; refusal: Refused | null }) {
  return (
    <>
      {notice !== null && (
        <div className="mb-4">
          <ChangeNotice notice={notice} />
        </div>
      )}
      {refusal !== null && (
        <div className="mb-4">
          <FormError message={refusal.message} attempt={refusal} />
        </div>
      )}
    </>
  );
}
