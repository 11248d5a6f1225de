import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";

type FieldProps = { name: string; label: string; value: string | undefined };

function FieldLabel({ name, label }: { name: string; label: string }) {
  return (
    <Label htmlFor={`filter-${name}`} className="text-xs text-muted-foreground">
      {label}
    </Label>
  );
}

type SelectProps = FieldProps & {
  /** The words of the choice that filters nothing. */
  any: string;
  options: readonly { value: string; label: string }[];
};

export function SelectField({ name, label, value, any, options }: SelectProps) {
  return (
    <div className="min-w-0 grow basis-36 space-y-1.5 sm:max-w-48 [&_[data-slot=native-select-wrapper]]:w-full">
      <FieldLabel name={name} label={label} />
      <NativeSelect id={`filter-${name}`} name={name} defaultValue={value ?? ""} className="bg-card">
        <NativeSelectOption value="">{any}</NativeSelectOption>
        {options.map((option) => (
          <NativeSelectOption key={option.value} value={option.value}>
            {option.label}
          </NativeSelectOption>
        ))}
      </NativeSelect>
    </div>
  );
}

/** Two days that belong together and so never stand on two lines. Both are included. */
export function DateRangeFields({ from, to }: { from: string | undefined; to: string | undefined }) {
  return (
    <div className="flex min-w-0 grow basis-72 gap-3 sm:max-w-80">
      <DateField name="from" label="From" value={from} />
      <DateField name="to" label="To" value={to} />
    </div>
  );
}

function DateField({ name, label, value }: FieldProps) {
  return (
    <div className="min-w-0 flex-1 space-y-1.5">
      <FieldLabel name={name} label={label} />
      <Input id={`filter-${name}`} type="date" name={name} defaultValue={value} className="bg-card" />
    </div>
  );
}

export function TextField({ name, label, value, placeholder }: FieldProps & { placeholder?: string }) {
  return (
    <div className="min-w-0 grow basis-40 space-y-1.5">
      <FieldLabel name={name} label={label} />
      <Input
        id={`filter-${name}`}
        name={name}
        defaultValue={value}
        maxLength={200}
        placeholder={placeholder}
        className="bg-card"
      />
    </div>
  );
}
