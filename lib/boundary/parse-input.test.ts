import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AppError, type FieldError } from "@/lib/errors/app-error";
import { parseInput } from "./parse-input";

const schema = z.strictObject({
  name: z.string().max(5),
  count: z.number().optional(),
  nested: z.strictObject({ list: z.array(z.strictObject({ a: z.string() })) }).optional(),
  notes: z
    .record(
      z.string().refine((key) => key !== "bad", { message: "Not this name.", params: { code: "card_number_in_text" } }),
      z.string(),
    )
    .optional(),
});

function fieldsOf(input: unknown): readonly FieldError[] {
  try {
    parseInput(schema, input);
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
}

const shown = (input: unknown) => fieldsOf(input).map(({ pointer, code }) => [pointer, code]);

describe("parseInput", () => {
  it("gives back what the schema makes of it", () => {
    expect(parseInput(schema, { name: "a", count: 1 })).toEqual({ name: "a", count: 1 });
  });

  it.each<[unknown, string[][]]>([
    [{}, [["/name", "field_missing"]]],
    [{ name: undefined }, [["/name", "field_missing"]]],
    [{ name: null }, [["/name", "field_invalid"]]],
    [{ name: 5 }, [["/name", "field_invalid"]]],
    [{ name: "too long" }, [["/name", "field_invalid"]]],
    [{ name: "a", count: "1" }, [["/count", "field_invalid"]]],
    [
      { name: "a", x: 1, y: 2 },
      [
        ["/x", "field_unknown"],
        ["/y", "field_unknown"],
      ],
    ],
    [{ name: "a", nested: { list: [{ a: "" }, {}] } }, [["/nested/list/1/a", "field_missing"]]],
    [{ name: "a", nested: { list: [{ a: "", b: 1 }] } }, [["/nested/list/0/b", "field_unknown"]]],
    [null, [["", "field_invalid"]]],
    [[], [["", "field_invalid"]]],
    ["text", [["", "field_invalid"]]],
  ])("%j", (input, expected) => {
    expect(shown(input)).toEqual(expected);
  });

  it("a wrong name of an entry has the code that the name's own schema gives", () => {
    expect(shown({ name: "a", notes: { bad: "x" } })).toEqual([["/notes/bad", "card_number_in_text"]]);
  });

  it("a code that is none of ours becomes field_invalid", () => {
    const odd = z.string().refine(() => false, { message: "No.", params: { code: "made_up" } });
    expect(() => parseInput(odd, "x")).toThrow(expect.objectContaining({ code: "field_invalid" }));
  });

  it("writes pointers as RFC 6901 has them", () => {
    expect(shown({ name: "a", "a/b": 1, "c~d": 2, "": 3 })).toEqual([
      ["/a~1b", "field_unknown"],
      ["/c~0d", "field_unknown"],
      ["/", "field_unknown"],
    ]);
  });

  it("cuts long names, and shows the digits of none that has many", () => {
    const pointers = fieldsOf({
      name: "a",
      [`x${"y".repeat(500)}`]: 1,
      "4242424242424242": 1,
      "42-42-42-42-42-42-42-42": 1,
      "４２４２４２４２": 1,
      line1: 1,
    }).map(({ pointer }) => pointer);
    expect(pointers.every((pointer) => pointer.length <= 65)).toBe(true);
    expect(pointers.filter((pointer) => /\p{Nd}/u.test(pointer))).toEqual(["/line1"]);
  });

  it("says nothing of what stood in the field", () => {
    for (const secret of ["4242424242424242", "hunter2 hunter2"]) {
      const fields = fieldsOf({ name: secret, count: secret, nested: secret });
      expect(fields).toHaveLength(3);
      expect(JSON.stringify(fields)).not.toContain(secret);
    }
  });
});
