/** An empty cell: a dash for the eye, and for the ear what there is none of ("No customer"). A card leaves it out. */
export function None({ what }: { what: string }) {
  return (
    <>
      <span aria-hidden="true" className="text-muted-foreground @max-4xl:hidden">
        —
      </span>
      <span className="sr-only">No {what}</span>
    </>
  );
}
