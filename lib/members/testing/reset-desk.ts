import type { Role } from "@/lib/auth/role";
import type { SignInWorld, TestUser } from "@/lib/auth/testing/sign-in-world";
import { AppError } from "@/lib/errors/app-error";
import type { UserId } from "@/lib/ids/id";
import { type recoveryDesk, tokenIn } from "@/lib/recovery/testing/recovery-desk";
import { StepUpRequired } from "@/lib/step-up/demand";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { resetMemberFactors } from "../reset-member-factors";

/** Owners who reset how their people sign in. */
export function resetDesk(world: SignInWorld, desk: ReturnType<typeof recoveryDesk>) {
  /** An owner who is signed in, and somebody in their team. */
  async function team(role: Role = "viewer", byRole: Role = "owner"): Promise<{ boss: SignedIn; member: TestUser }> {
    const owner = await world.addUser();
    const by = byRole === "owner" ? owner : await desk.join(await world.addUser(), owner, byRole);
    const member = await desk.join(await world.addUser(), owner, role);
    return { boss: await signedIn(world, by), member };
  }

  /** How it ended, in a word. */
  async function attempt(boss: SignedIn, memberId: UserId): Promise<string> {
    try {
      await resetMemberFactors(desk.deps, boss, memberId);
      return "done";
    } catch (error) {
      if (error instanceof StepUpRequired) return "step_up";
      if (error instanceof AppError) return error.code;
      throw error;
    }
  }

  const confirm = (boss: SignedIn, memberId: UserId) =>
    grant(world, boss, { purpose: "member.reset_factors", binds: { member: memberId }, description: "Reset" });

  async function reset(boss: SignedIn, memberId: UserId): Promise<string> {
    await confirm(boss, memberId);
    return attempt(boss, memberId);
  }

  /** The token of the newest link that came back to a member. */
  async function linkOf({ email }: TestUser): Promise<string> {
    const mails = (await desk.mailsTo(email)).filter(({ kind }) => kind === "factors_link");
    return tokenIn(mails.at(-1)?.text);
  }

  return { team, attempt, confirm, reset, linkOf };
}
