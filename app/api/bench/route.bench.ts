/**
 * The floor that `npm run bench` measures payments against: what the framework alone costs. Only a build with
 * COUNTINGHOUSE_BENCH has it; to any other this file's name is no route.
 */
export const dynamic = "force-dynamic";

const empty = () => new Response(null, { status: 204 });

export { empty as GET, empty as POST };
