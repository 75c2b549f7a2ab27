import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { LoginAnswer } from '../../shared/wire/rest.ts';
import { serverOrigin } from './server-address.ts';

/** What sign-in needs from the network. */
export interface SignInParts {
  readonly login: (
    origin: string,
    body: { readonly email: string; readonly password: string },
  ) => Promise<Result<LoginAnswer, ClientError>>;
  /** The `serverId` of the server, asked with the fresh access token. */
  readonly identify: (origin: string, accessToken: string) => Promise<Result<string, ClientError>>;
}

/** A session that the server has just opened. */
export interface SignedIn extends LoginAnswer {
  readonly origin: string;
  /** Null for admins, who have no messages of their own. */
  readonly serverId: string | null;
}

const NOT_FILLED_IN: ClientError = {
  code: 'incomplete_sign_in',
};
const NOT_MESSAGING_SERVER: ClientError = {
  code: 'not_messaging_server',
};
/** Answers that a messaging server never gives to a sign-in. */
const FOREIGN_CODES: ReadonlySet<string> = new Set(['not_found', 'forbidden', 'unexpected', 'not_signed_in']);

/** Signs in with an address as a person types it; each error has a sentence for the sign-in screen. */
export async function signIn(
  parts: SignInParts,
  input: { readonly server: string; readonly email: string; readonly password: string },
): Promise<Result<SignedIn, ClientError>> {
  const origin = serverOrigin(input.server);
  if (!origin.ok) return origin;
  const email = input.email.trim();
  if (email === '' || input.password === '') return fail(NOT_FILLED_IN);
  const answer = await parts.login(origin.value, { email, password: input.password });
  if (!answer.ok) return fail(FOREIGN_CODES.has(answer.error.code) ? NOT_MESSAGING_SERVER : answer.error);
  if (answer.value.user.role === 'admin')
    return ok({ ...answer.value, origin: origin.value, serverId: null });
  const serverId = await parts.identify(origin.value, answer.value.accessToken);
  if (!serverId.ok)
    return fail(FOREIGN_CODES.has(serverId.error.code) ? NOT_MESSAGING_SERVER : serverId.error);
  return ok({ ...answer.value, origin: origin.value, serverId: serverId.value });
}
