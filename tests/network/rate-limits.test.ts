import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from '../harness/backend.ts';
import { rateLimited, type AnswerFault, type SeenRequest } from '../harness/faults.ts';
import { waitFor } from '../harness/wait.ts';
import { enterAsTrainer, write, type Entered } from './support/app.ts';

/** What storms of 429 say: in seconds, as a page of something in front of the server, and nonsense. */
const STORM: readonly { readonly seconds: number; readonly answer: AnswerFault }[] = [
  { seconds: 2, answer: rateLimited(2) },
  { seconds: 1, answer: rateLimited(1) },
  {
    seconds: 2,
    answer: { kind: 'answer', status: 429, headers: { 'retry-after': '2' }, body: '<p>Too many' },
  },
  { seconds: 1, answer: rateLimited(0) },
  { seconds: 3, answer: rateLimited(3) },
];
const PEERS_AT_ONCE = 4;

const isSend = ({ method, path }: SeenRequest): boolean => method === 'POST' && path.endsWith('/messages');

describe('storms of 429', () => {
  let backend: Backend;
  let app: Entered;

  beforeAll(async () => {
    backend = await startBackend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
    app = await enterAsTrainer(backend.url, 1);
  });
  afterAll(async () => {
    await app.leave();
    await backend.dispose();
  });

  /** Peers with whom the trainer has a conversation. */
  const peers = (): readonly number[] =>
    app.rows().flatMap((row) => (row.conversationId === null || row.isArchived ? [] : [row.peerId]));
  const sends = (): readonly SeenRequest[] => app.network.proxy.requests.filter(isSend);
  const pausedUntil = (): string | null => app.engine.view().connection.sendPausedUntil;

  it('make the account wait as long as each says, show until when, and keep the order', async () => {
    const [peerId = 0] = peers();
    const answeredAt: number[] = [];
    const rules = STORM.map(({ answer }) => app.network.proxy.addRule(isSend, answer));
    const from = sends().length;
    const texts = ['one', 'two', 'three'].map((text) => write(app.engine, peerId, `storm ${text}`));
    for (const [index, { seconds }] of STORM.entries()) {
      await waitFor('the refusal to be shown', () => rules[index]?.hits() === 1 && pausedUntil() !== null);
      const answered = sends()[from + index]?.at ?? 0;
      answeredAt.push(answered);
      const left = Date.parse(pausedUntil() ?? '') - Date.now();
      expect(left).toBeLessThanOrEqual(seconds * 1_000);
      await waitFor('the next attempt', () => sends().length > from + index + 1);
      const next = sends()[from + index + 1]?.at ?? 0;
      expect(next - answered).toBeGreaterThanOrEqual(seconds * 1_000);
    }
    await waitFor('all to be sent', () => app.engine.view().connection.waitingCount === 0);
    expect(pausedUntil()).toBeNull();
    const stored = await app.witness.texts(app.conversationOf(peerId));
    expect(stored.slice(-texts.length)).toEqual(texts);
  });

  it('that hit several people’s messages at once make the account wait for the longest', async () => {
    const all = Promise.withResolvers<void>();
    const waits = [3, 1, 2, 1];
    for (const seconds of waits) {
      app.network.proxy.addRule(isSend, { ...rateLimited(seconds), after: all.promise });
    }
    const from = sends().length;
    const chosen = peers().slice(0, PEERS_AT_ONCE);
    for (const peerId of chosen) write(app.engine, peerId, 'all at once');
    await waitFor('all to be under way', () => sends().length === from + PEERS_AT_ONCE);
    const answered = performance.now();
    all.resolve();
    await waitFor('the next attempt', () => sends().length > from + PEERS_AT_ONCE);
    expect((sends()[from + PEERS_AT_ONCE]?.at ?? 0) - answered).toBeGreaterThanOrEqual(
      Math.max(...waits) * 1_000,
    );
    await waitFor('all to be sent', () => app.engine.view().connection.waitingCount === 0);
    for (const peerId of chosen) {
      const stored = await app.witness.texts(app.conversationOf(peerId));
      expect(stored.filter((text) => text === 'all at once').length).toBe(1);
    }
  });
});
