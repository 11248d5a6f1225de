import { Search } from "lucide-react";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { SearchShortcut } from "./search-shortcut";

type Props = { id: string; value: string | undefined; placeholder: string };

/** The search of a list, under the name `q`; the `/` key goes to it. */
export function SearchField({ id, value, placeholder }: Props) {
  return (
    <div className="relative min-w-0 basis-full grid gap-1.5 sm:basis-64 sm:grow">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        Search
      </Label>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute bottom-2.5 left-3 size-4 text-muted-foreground"
      />
      <Input
        id={id}
        type="search"
        name="q"
        defaultValue={value}
        maxLength={200}
        placeholder={placeholder}
        aria-keyshortcuts="/"
        className="bg-card pl-9"
      />
      <SearchShortcut targetId={id} />
    </div>
  );
}
