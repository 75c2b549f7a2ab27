import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Demo } from '../../electron/demo/demo.ts';
import { createDemoVisit } from '../../electron/demo/visit.ts';
import type { Engine } from '../../electron/engine-api.ts';
import type { ClientError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { SessionView } from '../../shared/views.ts';

const ORIGIN = 'http://127.0.0.1:41234';
const SESSION: SessionView = {
  user: { id: 2, role: 'trainer', name: 'Jordan Reyes', email: 'trainer@demo.test' },
  server: ORIGIN,
  isDemo: true,
  isRemembered: true,
  impersonator: null,
};
const PROBLEM: ClientError = {
  code: 'unexpected',
};

/** A visit whose processes and engine only note, in order, what they are asked to do. */
function visitWith(started: Result<string, ClientError> = ok(ORIGIN)) {
  const steps: string[] = [];
  const note =
    (step: string) =>
    async (...details: readonly unknown[]): Promise<void> => {
      steps.push([step, ...details.map((detail) => JSON.stringify(detail))].join(' '));
    };
  const demo: Demo = {
    start: async () => {
      steps.push('start');
      return started;
    },
    letPeopleIn: () => void steps.push('people'),
    stop: note('stop'),
    erase: note('erase'),
  };
  const engine: Pick<Engine, 'signIn' | 'signOut' | 'forgetDemo'> = {
    signIn: async ({ server, email, isDemo }) => {
      steps.push(`sign in ${email} at ${server}, demo ${isDemo}`);
      return ok(SESSION);
    },
    signOut: note('sign out'),
    forgetDemo: note('forget'),
  };
  return { visit: createDemoVisit(demo, engine), steps };
}

const SIGN_IN = `sign in trainer@demo.test at ${ORIGIN}, demo true`;

describe('a visit to the demo', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('starts the backend, signs in as its trainer, and lets the trainees in a little later', async () => {
    const { visit, steps } = visitWith();
    expect(await visit.enter()).toEqual(ok(SESSION));
    expect(steps).toEqual(['start', SIGN_IN]);
    vi.runAllTimers();
    expect(steps).toEqual(['start', SIGN_IN, 'people']);
  });

  it('says why when the backend does not start, and signs nobody in', async () => {
    const { visit, steps } = visitWith(fail(PROBLEM));
    expect(await visit.enter()).toEqual(fail(PROBLEM));
    vi.runAllTimers();
    expect(steps).toEqual(['start']);
  });

  it('ends before the trainees arrive when the person leaves at once', async () => {
    const { visit, steps } = visitWith();
    await visit.enter();
    await visit.leave();
    vi.runAllTimers();
    expect(steps).toEqual(['start', SIGN_IN, 'stop']);
  });

  it('begins afresh, with nothing kept on either side, when it is reset', async () => {
    const { visit, steps } = visitWith();
    await visit.enter();
    steps.length = 0;
    expect(await visit.reset()).toEqual(ok(SESSION));
    vi.runAllTimers();
    expect(steps).toEqual(['sign out {"discardUnsent":true}', 'forget', 'erase', 'start', SIGN_IN, 'people']);
  });
});
