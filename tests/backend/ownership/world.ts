import { channel } from 'node:diagnostics_channel';
import type { RouteOptions } from 'fastify';
import { impersonateAnswerSchema, messageAnswerSchema } from '../../../shared/wire/rest.ts';
import { z } from '../../../shared/schema.ts';
import { draft, startBackend, type Member, type TestBackend } from '../start-backend.ts';

/** Everybody who may stand at a door. */
export const PRINCIPALS = [
  'anonymous',
  'expired',
  'revoked',
  'deactivated',
  'owner',
  'otherTrainer',
  'participant',
  'otherTrainee',
  'removedTrainee',
  'impersonator',
  'admin',
] as const;
export type PrincipalName = (typeof PRINCIPALS)[number];

/** What a request can be about, as the owner sees it. */
export const STATES = ['active', 'archived', 'foreign', 'unknown'] as const;
export type StateName = (typeof STATES)[number];

/** Somebody with what they would show at a door. */
export interface Principal {
  readonly accessToken: string | undefined;
  readonly refreshToken: string;
  readonly email: string;
}

/** A conversation with its people; `text` is in its messages and in no others. */
export interface Subject {
  readonly conversationId: number;
  readonly trainerId: number;
  readonly traineeId: number;
  readonly text: string;
  /** Who of the principals its trainer is; nobody is the unknown one's. */
  readonly trainer: 'owner' | 'otherTrainer' | null;
}

/** Two trainers, their trainees and an admin, of whom each principal is one. */
export interface World {
  readonly backend: TestBackend;
  /** Every route of the router, as `GET /path/:id`. */
  readonly routes: readonly string[];
  readonly epoch: string;
  readonly subjects: Readonly<Record<StateName, Subject>>;
  principal(name: PrincipalName): Principal;
  /** Lets a principal act; the account of the deactivated one is inactive meanwhile. */
  as<T>(name: PrincipalName, act: (principal: Principal) => Promise<T>): Promise<T>;
  /** Signs the person behind a principal in again, after their sessions have ended. */
  renew(name: PrincipalName): Promise<void>;
}

/** People of the demo behind the principals who can be signed in at any time. */
const LOGINS: Readonly<Partial<Record<PrincipalName, string>>> = {
  owner: 'trainer',
  otherTrainer: 'rival',
  participant: 'maya',
  deactivated: 'maya',
  otherTrainee: 'amara',
  removedTrainee: 'liam',
  admin: 'admin',
  impersonator: 'admin',
};

const UNKNOWN_ID = 4_000_000;
/** Longer than an access token lives. */
const PAST_MS = 20 * 60_000;

const initialisationSchema = z.object({
  fastify: z.custom<{ addHook(name: 'onRoute', hook: (route: RouteOptions) => void): void }>(),
});

/** Runs `start` and notes what the router of the app that it starts is given. */
async function withRoutes<T>(start: () => Promise<T>): Promise<{ started: T; routes: string[] }> {
  const routes: string[] = [];
  const watch = (message: unknown) =>
    initialisationSchema.parse(message).fastify.addHook('onRoute', ({ method, url }) => {
      routes.push(...[method].flat().map((one) => `${one} ${url}`));
    });
  const initialisation = channel('fastify.initialization');
  initialisation.subscribe(watch);
  try {
    return { started: await start(), routes };
  } finally {
    initialisation.unsubscribe(watch);
  }
}

async function makeSubject(
  kind: Pick<Subject, 'text' | 'trainer'>,
  trainer: Member,
  trainee: Member,
): Promise<Subject> {
  const body = { traineeId: trainee.id, ...draft(kind.text) };
  const answer = await trainer.post('/api/messaging/conversations', body);
  const { conversationId } = answer.read(messageAnswerSchema).message;
  await trainee.post(`/api/messaging/conversations/${conversationId}/messages`, draft(kind.text));
  return { ...kind, conversationId, trainerId: trainer.id, traineeId: trainee.id };
}

async function signInAsTrainer(backend: TestBackend, trainerId: number): Promise<Principal> {
  const admin = await backend.signIn('admin');
  const answer = await admin.post('/api/auth/impersonate', { userId: trainerId });
  const { accessToken } = answer.read(impersonateAnswerSchema);
  // There is no refresh token under impersonation: the access token is what could be tried in its place.
  return { accessToken, refreshToken: accessToken, email: admin.user.email };
}

function toPrincipal({ accessToken, refreshToken, user }: Member): Principal {
  return { accessToken, refreshToken, email: user.email };
}

/** Makes the world, on a backend of its own. */
export async function makeWorld(): Promise<World> {
  const { started: backend, routes } = await withRoutes(() =>
    startBackend({ sendLimitPerMinute: 0, metricsToken: 'the-token-of-the-operator' }),
  );
  const [jordan, casey, maya, liam, noah] = await Promise.all([
    backend.signIn('trainer'),
    backend.signIn('rival'),
    backend.signIn('maya'),
    backend.signIn('liam'),
    backend.signIn('noah'),
  ]);
  const active = await makeSubject({ trainer: 'owner', text: 'text of the active one' }, jordan, maya);
  const archived = await makeSubject({ trainer: 'owner', text: 'text of the archived one' }, jordan, liam);
  const foreign = await makeSubject(
    { trainer: 'otherTrainer', text: 'text of the foreign one' },
    casey,
    noah,
  );
  await jordan.delete(`/api/trainees/${liam.id}`);
  const snapshot = await jordan.get('/api/messaging/snapshot');

  const principals = new Map<PrincipalName, Principal>();
  principals.set('anonymous', {
    accessToken: undefined,
    refreshToken: 'never-issued',
    email: 'nobody@demo.test',
  });
  backend.clock.advance(-PAST_MS);
  principals.set('expired', toPrincipal(await backend.signIn('trainer')));
  backend.clock.advance(PAST_MS);
  const revoked = await backend.signIn('trainer');
  await revoked.post('/api/auth/logout');
  principals.set('revoked', toPrincipal(revoked));

  async function signIn(name: PrincipalName): Promise<void> {
    const login = LOGINS[name];
    if (login === undefined) return;
    principals.set(
      name,
      name === 'impersonator'
        ? await signInAsTrainer(backend, jordan.id)
        : toPrincipal(await backend.signIn(login)),
    );
  }
  await Promise.all(PRINCIPALS.map(signIn));

  function principal(name: PrincipalName): Principal {
    const found = principals.get(name);
    if (!found) throw new Error(`Nobody is ${name}.`);
    return found;
  }

  async function setActive(isActive: boolean): Promise<void> {
    await backend.database.transaction((trx) =>
      trx
        .updateTable('users')
        .set({ is_active: isActive ? 1 : 0 })
        .where('id', '=', maya.id)
        .execute(),
    );
  }

  return {
    backend,
    routes,
    epoch: snapshot.read(z.object({ epoch: z.string() })).epoch,
    subjects: {
      active,
      archived,
      foreign,
      unknown: {
        conversationId: UNKNOWN_ID,
        trainerId: UNKNOWN_ID,
        traineeId: UNKNOWN_ID,
        text: 'text of none',
        trainer: null,
      },
    },
    principal,
    async as(name, act) {
      if (name !== 'deactivated') return act(principal(name));
      await setActive(false);
      try {
        return await act(principal(name));
      } finally {
        await setActive(true);
      }
    },
    async renew(name) {
      // A new password ends all other sessions of the account.
      await Promise.all(PRINCIPALS.filter((other) => LOGINS[other] === LOGINS[name]).map(signIn));
    },
  };
}
