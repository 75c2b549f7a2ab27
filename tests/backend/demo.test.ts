import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../../backend/demo/seed.ts';
import { checkContent } from '../../shared/text.ts';
import { messagesAnswerSchema, snapshotAnswerSchema } from '../../shared/wire/rest.ts';
import { startBackend, type TestBackend } from './start-backend.ts';

const HOUR_MS = 60 * 60_000;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.destroy());

async function seenBy(login: string) {
  const member = await backend.signIn(login);
  return { member, ...(await member.get('/api/messaging/snapshot')).read(snapshotAnswerSchema) };
}

describe('the demo', () => {
  it('gives Jordan Reyes twelve trainees, ten of them with history, among them Maya and Liam', async () => {
    const { member, trainees, conversations } = await seenBy('trainer');
    expect(member.user).toMatchObject({ role: 'trainer', name: 'Jordan Reyes' });
    expect(trainees).toHaveLength(12);
    expect(conversations).toHaveLength(10);
    const names = conversations.map(({ trainee }) => trainee.name);
    expect(names).toContain('Maya Chen');
    expect(names.some((name) => name.startsWith('Liam '))).toBe(true);
  });

  it('gives the rival three trainees, one of them Noah, and Robin no trainer', async () => {
    const { trainees } = await seenBy('rival');
    expect(trainees.map(({ email }) => email)).toContain('noah@demo.test');
    expect(trainees).toHaveLength(3);
    expect((await seenBy('solo')).conversations).toEqual([]);
  });

  it('leaves Jordan unread messages, people to answer, and a thread long enough to page', async () => {
    const { conversations } = await seenBy('trainer');
    expect(conversations.filter(({ unreadCount }) => unreadCount > 0).length).toBeGreaterThanOrEqual(3);
    const toAnswer = conversations.filter(({ lastMessage, trainee }) => lastMessage?.senderId === trainee.id);
    expect(toAnswer.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...conversations.map(({ lastSeq }) => lastSeq))).toBeGreaterThanOrEqual(120);
  });

  it('holds only messages that could have been sent, in order and over an hour old', async () => {
    const { member, conversations } = await seenBy('trainer');
    for (const { id, lastSeq } of conversations) {
      const target = `/api/messaging/conversations/${id}/messages?limit=100`;
      const { items } = (await member.get(target)).read(messagesAnswerSchema);
      expect(items.at(-1)?.seq).toBe(lastSeq);
      const times = items.map(({ createdAt }) => Date.parse(createdAt));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(backend.clock() - HOUR_MS);
      for (const { content } of items) expect(checkContent(content)).toEqual({ ok: true, value: content });
    }
  });

  it('is put into an empty database only', async () => {
    const count = async () => (await backend.database.read.selectFrom('users').select('id').execute()).length;
    const before = await count();
    await seedDemo(backend.database, backend.clock());
    expect(await count()).toBe(before);
  });
});
