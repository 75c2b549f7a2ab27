import pino, { type DestinationStream, type Logger } from 'pino';

/**
 * Errors whose messages name code, tables and files at most. Any other may quote what a person wrote: a
 * SyntaxError the JSON that it could not read, PostgreSQL the value that it could not store.
 */
const NEVER_QUOTES: ReadonlySet<string> = new Set([
  'ApiError',
  'ConnectionLostError',
  'RangeError',
  'ReferenceError',
  'SqliteError',
  'TypeError',
]);

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** An error as it is logged: its kind and place always, its message only where it cannot quote anybody. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack = '', cause } = error;
  const isSafe = NEVER_QUOTES.has(name) || 'syscall' in error;
  const code = codeOf(error);
  return {
    type: name,
    ...(code !== undefined && { code }),
    ...(isSafe && { message }),
    // The first lines of a stack repeat the message.
    stack: stack.split('\n').filter((line) => /^ {4}at /.test(line)),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}

/** JSON lines on standard error, or on `destination`. */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino({ level, base: { pid: process.pid }, serializers: { err: describeError } }, destination);
}
