import pino from "pino";
import { mask, showAll } from "./mask";
import { maskText } from "./mask-text";
import { currentRequestContext } from "./request-context";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * What the product may do with a log: fewer doors than pino has. `setBindings`, serializers and formatters of a child
 * would lead round the masking.
 */
export type Logger = Pick<pino.Logger, "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "isLevelEnabled"> & {
  /** A logger that adds these fields to each line; they are masked like any others. */
  child: (bindings: Record<string, unknown>) => Logger;
};

type Options = Readonly<{
  level: LogLevel;
  service?: string;
  destination?: pino.DestinationStream;
  /** Only in tests, to see that they would find what masking hides. No setting reaches it. */
  unmasked?: true;
}>;

type Masks = Readonly<{ value: (value: unknown) => unknown; text: (text: string) => string }>;
const MASKS: Masks = { value: mask, text: maskText };
const NO_MASKS: Masks = { value: showAll, text: (text) => text };

/**
 * A logger that writes one JSON object a line, and on which nothing can be logged unmasked: merged objects, errors,
 * messages, the values put into messages, and bindings of children all go through `mask`.
 */
export function createLogger(options: Options): Logger {
  return createPino(options);
}

function createPino({ level, service = "countinghouse", destination = lazyStdout(), unmasked }: Options): MaskedPino {
  const masks = unmasked ? NO_MASKS : MASKS;
  const instance = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => asRecord(masks.value(fields)),
      },
      // The formatter has masked errors already; pino's own serializer would only rename them.
      serializers: { err: (error: unknown) => error, msg: (message: unknown) => maskMessage(message, masks) },
      mixin: contextFields,
      // A field of the same name in a logged object must not pass for the request's own.
      mixinMergeStrategy: (fields, context) => ({ ...asMergeable(fields), ...context }),
      hooks: {
        logMethod(args, method) {
          const [first, ...values] = args;
          // `%o` and `%j` write an object into the message, where its field names no longer guard it.
          method.apply(this, [first, ...values.map((value) => maskArgument(value, masks))] as Parameters<
            typeof method
          >);
        },
      },
    },
    destination,
  );
  return withMaskedChildren(instance, masks);
}

type MaskedPino = Logger & Pick<pino.Logger, "level">;

/** pino takes the bindings of a child past the formatters, so they are masked on the way in. */
function withMaskedChildren(instance: pino.Logger, masks: Masks): MaskedPino {
  const makeChild = instance.child;
  return Object.assign(instance, {
    child(this: pino.Logger, bindings: Record<string, unknown>): Logger {
      return makeChild.call(this, asRecord(masks.value(bindings)));
    },
  });
}

function contextFields(): Record<string, string> {
  const context = currentRequestContext();
  if (context === undefined) return {};
  const fields: Record<string, string> = { request_id: context.requestId };
  if (context.merchantId !== undefined) fields.merchant_id = context.merchantId;
  if (context.actorId !== undefined) fields.actor_id = context.actorId;
  return fields;
}

function maskMessage(message: unknown, masks: Masks): unknown {
  return typeof message === "string" ? masks.text(message) : masks.value(message);
}

function maskArgument(value: unknown, masks: Masks): unknown {
  return typeof value === "object" ? masks.value(value) : value;
}

function asRecord(masked: unknown): Record<string, unknown> {
  return isRecord(masked) ? masked : { value: masked };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A Map, a list or a request has no fields of its own to merge into a line: it becomes one. */
function asMergeable(fields: object): object {
  const prototype: unknown = Object.getPrototypeOf(fields);
  return prototype === Object.prototype || prototype === null ? fields : { value: fields };
}

/** Opens standard output with the first line, so that importing this file does nothing. */
function lazyStdout(): pino.DestinationStream {
  let stdout: pino.DestinationStream | null = null;
  return {
    write(line) {
      stdout ??= pino.destination({ fd: 1, sync: true });
      stdout.write(line);
    },
  };
}

const processLogger = createPino({ level: "info" });

/** The log of this process, on standard output. Its level is `info` until `setLogLevel`. */
export const logger: Logger = processLogger;

/** Also changes the level of its children. */
export function setLogLevel(level: LogLevel): void {
  processLogger.level = level;
}
