import type { AuditContext } from "@/db/audit-context";
import type { Permission } from "@/lib/auth/permissions";
import { AppError } from "@/lib/errors/app-error";
import type { RequestId } from "@/lib/ids/id";
import type { DashboardPolicy } from "@/lib/rate-limit/policies";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { clientAddress } from "./client-address";
import { currentSession } from "./current-session";
import { isPermitted } from "./is-permitted";
import { paramsOf, type RouteContext, type RouteParams, requestScope } from "./request-scope";
import { takeUserLimit } from "./take-user-limit";
import { userAgentOf } from "./user-agent";
import { markWrapped } from "./wrapped";

type Origin = Pick<AuditContext, "ip" | "userAgent"> & { requestId: RequestId };
type PublicCall = Readonly<{ origin: Origin; params: RouteParams }>;

/** A route handler outside the integration API that answers anybody. What it tells must be fit for anybody. */
export function publicHandler(handle: (request: Request, call: PublicCall) => Promise<Response>) {
  const route = async (request: Request, context: RouteContext) => {
    const params = await paramsOf(context);
    return requestScope(request, params, (requestId) =>
      handle(request, { origin: originOf(request, requestId), params }),
    );
  };
  return markWrapped(route, "handler");
}

/** A GET for a signed-in person with a permission, such as a download. It changes nothing. */
export function sessionHandler(
  spec: { permission: Permission; policy: DashboardPolicy },
  handle: (request: Request, call: { session: CurrentSession; context: AuditContext }) => Promise<Response>,
) {
  const route = (request: Request) =>
    requestScope(request, {}, async (requestId) => {
      const session = await currentSession();
      if (!session) throw new AppError("unauthenticated", "Sign in first.");
      const actor = { type: "user", id: session.user.id } as const;
      const context = { actor, merchantId: session.merchant.id, ...originOf(request, requestId) };
      if (!(await isPermitted(session, context, spec.permission))) {
        throw new AppError("permission_denied", "Your role may not do this.");
      }
      await takeUserLimit(session.user.id, spec.policy);
      return handle(request, { session, context });
    });
  return markWrapped(route, "handler");
}

function originOf({ headers }: Request, requestId: RequestId): Origin {
  return { ip: clientAddress(headers), userAgent: userAgentOf(headers), requestId };
}
