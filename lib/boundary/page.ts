import { forbidden } from "next/navigation";
import type { ReactNode } from "react";
import type { Permission } from "@/lib/auth/permissions";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { sessionContext } from "./current-session";
import { isPermitted } from "./is-permitted";
import { orUnavailable } from "./or-unavailable";
import { requireSession } from "./require-session";
import { markWrapped } from "./wrapped";

type PageProps = Readonly<{
  params: Promise<Record<string, string | string[] | undefined>>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}>;

/** What a page gets: who looks, at which merchant's data, and the parts of the address. */
export type PageCall = Readonly<{
  session: CurrentSession;
  scope: Readonly<{ merchantId: CurrentSession["merchant"]["id"]; mode: "test" }>;
  params: Record<string, string | string[] | undefined>;
  /** The first value of each query parameter. */
  search: Record<string, string>;
}>;

/** A page behind the sign-in. It asks by itself, whatever stands in front of it: `proxy.ts` guards nothing. */
export function page(spec: { permission: Permission }, render: (call: PageCall) => Promise<ReactNode>) {
  async function guarded({ params, searchParams }: PageProps) {
    const session = await requireSession();
    if (!(await isPermitted(session, await sessionContext(session), spec.permission))) forbidden();
    const scope = { merchantId: session.merchant.id, mode: "test" } as const;
    return render({ session, scope, params: await params, search: firstValues(await searchParams) });
  }
  return markWrapped((props: PageProps) => orUnavailable(() => guarded(props)), "page");
}

type PublicPageCall = Pick<PageCall, "params" | "search">;

/** A page for anybody: sign-in, documentation. */
export function publicPage(render: (call: PublicPageCall) => Promise<ReactNode>) {
  return markWrapped(
    ({ params, searchParams }: PageProps) =>
      orUnavailable(async () => render({ params: await params, search: firstValues(await searchParams) })),
    "page",
  );
}

/** What a public page is called, where that is not always the same. */
export function publicMetadata<Data>(tell: (call: Pick<PageCall, "params">) => Promise<Data>) {
  return markWrapped(
    ({ params }: Pick<PageProps, "params">) => orUnavailable(async () => tell({ params: await params })),
    "page",
  );
}

function firstValues(search: Record<string, string | string[] | undefined>): Record<string, string> {
  const pairs = Object.entries(search).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return Object.fromEntries(pairs.filter(([, value]) => typeof value === "string" && value !== ""));
}
