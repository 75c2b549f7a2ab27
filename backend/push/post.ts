/** An attempt that came to nothing, and may succeed later. */
export class AttemptFailure extends Error {
  override readonly name = 'AttemptFailure';
  /** What went wrong, in a word for the log: nothing of the request is in it. */
  readonly code: string;
  /** Milliseconds that the other side asks to wait, or null. */
  readonly retryAfterMs: number | null;

  constructor(code: string, retryAfterMs: number | null = null) {
    super(code);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An HTTP answer. */
export interface PostAnswer {
  readonly status: number;
  /** What `Retry-After` asks for, in milliseconds, or null. */
  readonly retryAfterMs: number | null;
  /** The JSON of the body; null when it is none, or was cut off. */
  readonly body: unknown;
}

/**
 * Milliseconds that `Retry-After` asks for: whole seconds, or a date, which is compared with the other side's
 * own `Date`, so that a wrong clock on either side does no harm.
 */
function readRetryAfter(headers: Headers): number | null {
  const asked = headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1_000;
  const wait = Date.parse(asked) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

function failureCode(error: unknown): string {
  if (!(error instanceof Error)) return 'network';
  if (error.name === 'TimeoutError') return 'timeout';
  if (error.name === 'AbortError') return 'stopped';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? `network ${String(cause.code)}` : 'network';
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/**
 * Posts and reads the answer, whatever its status.
 * @throws AttemptFailure when there is no answer
 */
export async function post(
  url: string,
  request: { readonly headers: Record<string, string>; readonly body: string },
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<PostAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      ...request,
      // Secrets go where the operator said, and nowhere else.
      redirect: 'error',
      signal: AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]),
    });
    return {
      status: response.status,
      retryAfterMs: readRetryAfter(response.headers),
      body: await readJson(response),
    };
  } catch (error) {
    throw new AttemptFailure(failureCode(error));
  }
}
