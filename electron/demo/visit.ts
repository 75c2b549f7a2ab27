import type { ClientError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { SessionView } from '../../shared/views.ts';
import type { Engine } from '../engine-api.ts';
import type { Demo } from './demo.ts';

/** The demo trainer's account; the backend opens it to anybody, in its demo mode only. */
const DEMO_TRAINER = { email: 'trainer@demo.test', password: 'demo-password' } as const;
/** Milliseconds between the sign-in and the trainees' arrival: the inbox paints first. */
const PEOPLE_DELAY_MS = 2_000;

/** The app's stays in the demo: signed in to the embedded backend, with trainees who answer. */
export interface DemoVisit {
  /** Starts the backend if need be and signs in as its trainer. */
  enter(): Promise<Result<SessionView, ClientError>>;
  /** Ends the demo's processes; its data stays. */
  leave(): Promise<void>;
  /** Throws away all that the demo ever stored, on both sides, and enters it afresh. */
  reset(): Promise<Result<SessionView, ClientError>>;
}

/** Makes the visit from the demo's processes and the engine that signs in to them. */
export function createDemoVisit(
  demo: Demo,
  engine: Pick<Engine, 'signIn' | 'signOut' | 'forgetDemo'>,
): DemoVisit {
  let stopWaiting: (() => void) | null = null;

  function expectPeople(): void {
    stopWaiting?.();
    const timer = setTimeout(() => demo.letPeopleIn(), PEOPLE_DELAY_MS);
    stopWaiting = () => clearTimeout(timer);
  }

  async function enter(): Promise<Result<SessionView, ClientError>> {
    const started = await demo.start();
    if (!started.ok) return started;
    const signedIn = await engine.signIn({ server: started.value, ...DEMO_TRAINER, isDemo: true });
    if (signedIn.ok) expectPeople();
    return signedIn;
  }

  return {
    enter,
    async leave() {
      stopWaiting?.();
      await demo.stop();
    },
    async reset() {
      stopWaiting?.();
      await engine.signOut({ discardUnsent: true });
      await engine.forgetDemo();
      await demo.erase();
      return await enter();
    },
  };
}
