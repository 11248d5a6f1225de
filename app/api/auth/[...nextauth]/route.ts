import { answerNextAuth } from "@/lib/auth/sign-in";
import { publicHandler } from "@/lib/boundary/handler";
import { readBody } from "@/lib/boundary/read-body";

/** next-auth's endpoints: CSRF token, second factor, session, sign-out. Anybody may ask; each checks what it is sent. */
const handler = publicHandler(async (request, { origin, params }) => {
  const form = new URLSearchParams((await readBody(request)).toString("utf8"));
  const { searchParams: query } = new URL(request.url);
  const { method, headers } = request;
  return answerNextAuth({ method, segments: [params.nextauth ?? []].flat(), headers, query, form }, origin);
});

export { handler as GET, handler as POST };
