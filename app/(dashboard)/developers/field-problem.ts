import type { Invalid } from "@/components/developers/answers";
import type { Refused } from "@/components/security/answers";
import { AppError } from "@/lib/errors/app-error";

export function refused(message: string): Refused {
  return { kind: "refused", message };
}

/** Does something with what was typed into a form. The first field that is wrong is answered, not thrown. */
export async function orInvalid<Answer>(work: () => Promise<Answer>): Promise<Answer | Invalid> {
  try {
    return await work();
  } catch (error) {
    const first = error instanceof AppError ? error.fields[0] : undefined;
    if (first === undefined) throw error;
    const [, field = "", place] = first.pointer.split("/");
    const line = place === undefined ? "" : `Line ${Number(place) + 1}: `;
    return { kind: "invalid", field, message: `${line}${first.detail}` };
  }
}
