import { expect } from 'vitest';
import type { Outcome } from './play.ts';

/**
 * Expects that everybody has everything, once and in its writer's order, and that it came in time.
 * @returns milliseconds from healing to convergence
 */
export function expectConvergence(outcome: Outcome): number {
  for (const { server, app, receivedByTrainee, queuedByTrainer, writtenByTrainee } of outcome.sides) {
    const stored = server.map(({ content }) => content);
    expect(stored.filter((text) => text.startsWith('Jordan'))).toEqual(queuedByTrainer);
    expect(stored.filter((text) => text.startsWith('Trainee'))).toEqual(writtenByTrainee);
    expect(receivedByTrainee).toEqual(queuedByTrainer);
    expect(app).toEqual(server);
  }
  expect(outcome.rows.app).toEqual(outcome.rows.server);
  expect(outcome).toMatchObject({ phase: 'live', waiting: 0, sockets: 1 });
  expect(outcome.convergedMs, 'converged in time').not.toBeNull();
  return outcome.convergedMs ?? 0;
}
