import type { ClientError } from '../../shared/errors.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { z } from '../../shared/schema.ts';
import { exchange, type Answer, type ApiResult, type Request, type Transport } from './exchange.ts';

/** Where requests get their access token. */
export interface TokenSource {
  /** The access token to use, or why there is none. */
  current(): Promise<Result<string, ClientError>>;
  /** A token newer than `stale`, which the server just refused. */
  renew(stale: string): Promise<Result<string, ClientError>>;
}

/** Makes requests in the name of whoever is signed in; a refused token is renewed and used once more. */
export type Call = <Schema extends z.ZodType>(request: Request<Schema>) => Answer<Schema>;

/** Creates the way for the requests of one session. */
export function createCall(transport: Transport, tokens: TokenSource): Call {
  return async (request) => {
    const token = await tokens.current();
    if (!token.ok) return withoutToken(token.error);
    const answer = await exchange(transport, { ...request, token: token.value });
    // A wrong password says nothing about the token that it came with.
    const isStale =
      !answer.ok && answer.error.status === 401 && answer.error.serverCode !== 'invalid_credentials';
    if (!isStale) return answer;
    const renewed = await tokens.renew(token.value);
    if (!renewed.ok) return withoutToken(renewed.error);
    return exchange(transport, { ...request, token: renewed.value });
  };
}

/** Why there is no token is why there is no answer; it counts as transient unless the session is over. */
function withoutToken(error: ClientError): ApiResult<never> {
  const isOver = error.code === 'session_ended';
  return fail({ error, status: isOver ? 401 : null, serverCode: isOver ? 'session_ended' : null });
}
