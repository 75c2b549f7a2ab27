import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  conversationAnswerSchema,
  conversationsAnswerSchema,
  errorBodySchema,
  feedAnswerSchema,
  messageAnswerSchema,
  messagesAnswerSchema,
  snapshotAnswerSchema,
  traineesAnswerSchema,
} from '../../shared/wire/rest.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let jordan: Member;
let maya: Member;
let conversationId: number;
let thread: string;
beforeEach(async () => {
  backend = await startBackend();
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  conversationId = await backend.conversationWith(maya, jordan.id);
  thread = `/api/messaging/conversations/${conversationId}`;
});
afterEach(() => backend.destroy());

const remove = () => jordan.delete(`/api/trainees/${maya.id}`);
const restore = () => backend.app.trainees.assign(jordan.id, maya.id);

async function feedOf(member: Member) {
  const { epoch } = (await member.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);
  return (await member.get(`/api/messaging/feed?epoch=${epoch}&after=0`)).read(feedAnswerSchema).events;
}

describe('a removed trainee', () => {
  it('finds nothing any more, at once', async () => {
    await jordan.post(`${thread}/messages`, draft('Unread for ever'));
    expect((await remove()).status).toBe(204);
    const unknown = await maya.get('/api/messaging/conversations/4000000');
    const answers = await Promise.all([
      maya.get(thread),
      maya.get(`${thread}/messages`),
      maya.post(`${thread}/messages`, draft()),
      maya.post(`${thread}/read`, { upToSeq: 1 }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(404);
      expect(answer.text).toBe(unknown.text);
    }
    const list = await maya.get('/api/messaging/conversations');
    expect(list.read(conversationsAnswerSchema).items).toEqual([]);
    expect(await maya.get('/api/messaging/unread-count').then(({ text }) => text)).toBe('{"unreadCount":0}');
  });

  it('gets 404 even for the repeat of a message that was stored', async () => {
    const sent = draft();
    await maya.post(`${thread}/messages`, sent);
    await remove();
    expect((await maya.post(`${thread}/messages`, sent)).status).toBe(404);
  });

  it('reads nothing of the past from the feed but the id of what was archived', async () => {
    await jordan.post(`${thread}/messages`, draft('a secret'));
    await maya.post(`${thread}/read`, { upToSeq: 1_000 });
    await remove();
    const events = await feedOf(maya);
    expect(events).toEqual([
      { feedSeq: 1, type: 'hidden' },
      { feedSeq: 2, type: 'hidden' },
      { feedSeq: 3, type: 'conversation.archived', conversationId },
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('is shut out on open sockets too', async () => {
    const [trainer, trainee] = [
      new TestSocket(backend.url, jordan.accessToken),
      new TestSocket(backend.url, maya.accessToken),
    ];
    await Promise.all([trainer.event('hello'), trainee.event('hello')]);
    await trainee.emit('conversation:focus', { conversationId });
    await remove();
    const told = await trainee.event('feed', ({ event }) => event.type === 'conversation.archived');
    expect(told.event).toEqual({ feedSeq: told.feedSeq, type: 'conversation.archived', conversationId });
    for (const [name, payload] of [
      ['typing', { conversationId, isTyping: true }],
      ['conversation:focus', { conversationId }],
    ] as const) {
      expect(await trainee.emit(name, payload)).toMatchObject({ error: { code: 'not_found' } });
    }
    expect(await trainer.emit('typing', { conversationId, isTyping: true })).toHaveProperty('error');
    trainer.close();
    trainee.close();
  });
});

describe('the trainer of a removed trainee', () => {
  it('keeps the history, read-only', async () => {
    const stored = draft();
    const { message } = (await jordan.post(`${thread}/messages`, stored)).read(messageAnswerSchema);
    await remove();
    const { conversation } = (await jordan.get(thread)).read(conversationAnswerSchema);
    expect(conversation).toMatchObject({ isArchived: true, trainee: { id: maya.id, name: 'Maya Chen' } });
    expect((await jordan.get(`${thread}/messages`)).read(messagesAnswerSchema).items.at(-1)).toEqual(message);
    const list = (await jordan.get('/api/messaging/conversations')).read(conversationsAnswerSchema);
    expect(list.items.map(({ id }) => id)).toContain(conversationId);
    expect((await jordan.post(`${thread}/read`, { upToSeq: message.seq })).status).toBe(200);
    const refusals = [
      await jordan.post(`${thread}/messages`, draft()),
      await jordan.post('/api/messaging/conversations', { traineeId: maya.id, ...draft() }),
    ];
    for (const refusal of refusals) {
      expect(refusal.status).toBe(403);
      expect(refusal.read(errorBodySchema).error.code).toBe('conversation_archived');
    }
    expect((await jordan.post(`${thread}/messages`, stored)).status).toBe(200);
  });

  it('does not find the trainee any more', async () => {
    await remove();
    expect((await jordan.get(`/api/trainees/${maya.id}`)).status).toBe(404);
    expect((await remove()).status).toBe(404);
    const { items } = (await jordan.get('/api/trainees')).read(traineesAnswerSchema);
    expect(items.map(({ id }) => id)).not.toContain(maya.id);
  });

  it('is told of both ends', async () => {
    await remove();
    const [archived, removed, ...others] = await feedOf(jordan);
    expect(archived).toMatchObject({
      type: 'conversation.archived',
      conversation: { id: conversationId, isArchived: true },
    });
    expect(removed).toEqual({ feedSeq: 2, type: 'trainee.removed', traineeId: maya.id });
    expect(others).toEqual([]);
  });

  it('cannot send either when only the relation has ended', async () => {
    await backend.database.transaction((trx) =>
      trx.updateTable('trainee_profiles').set({ trainer_id: null }).where('user_id', '=', maya.id).execute(),
    );
    expect((await jordan.post(`${thread}/messages`, draft())).status).toBe(403);
    expect((await maya.post(`${thread}/messages`, draft())).status).toBe(404);
  });

  it('lets a message in or out, never half, when removal and sending race', async () => {
    const sends = Array.from({ length: 10 }, () => maya.post(`${thread}/messages`, draft()));
    const [removal, ...answers] = await Promise.all([remove(), ...sends]);
    expect(removal.status).toBe(204);
    const accepted = answers.filter(({ status }) => status === 201).length;
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(answers.length - accepted);
    const events = await feedOf(jordan);
    const archivedAt = events.findIndex(({ type }) => type === 'conversation.archived');
    expect(events.slice(0, archivedAt)).toHaveLength(accepted);
    expect(events.slice(archivedAt).map(({ type }) => type)).toEqual([
      'conversation.archived',
      'trainee.removed',
    ]);
  });
});

describe('a trainee who comes back to the same trainer', () => {
  it('gets the conversation back, and both are told', async () => {
    const { message } = (await jordan.post(`${thread}/messages`, draft())).read(messageAnswerSchema);
    await remove();
    await restore();
    expect((await maya.get(`${thread}/messages`)).read(messagesAnswerSchema).items.at(-1)).toEqual(message);
    expect((await maya.post(`${thread}/messages`, draft())).status).toBe(201);
    const traineeEvents = await feedOf(maya);
    expect(traineeEvents.map(({ type }) => type)).toEqual([
      'message.created',
      'conversation.archived',
      'conversation.restored',
      'message.created',
    ]);
    const trainerEvents = await feedOf(jordan);
    expect(trainerEvents.map(({ type }) => type)).toEqual([
      'message.created',
      'conversation.archived',
      'trainee.removed',
      'trainee.added',
      'conversation.restored',
      'message.created',
    ]);
    expect(trainerEvents[3]).toMatchObject({ trainee: { id: maya.id, conversationId } });
  });

  it('cannot be taken from a trainer by another', async () => {
    const rival = await backend.signIn('rival');
    await expect(backend.app.trainees.assign(rival.id, maya.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await jordan.get(`/api/trainees/${maya.id}`)).status).toBe(200);
  });

  it('at another trainer shows that one nothing of the old conversation', async () => {
    const rival = await backend.signIn('rival');
    await remove();
    await backend.app.trainees.assign(rival.id, maya.id);
    expect((await rival.get(thread)).status).toBe(404);
    expect((await maya.get(thread)).status).toBe(404);
    const start = await rival.post('/api/messaging/conversations', { traineeId: maya.id, ...draft() });
    expect(start.status).toBe(201);
    const list = (await maya.get('/api/messaging/conversations')).read(conversationsAnswerSchema);
    expect(list.items).toHaveLength(1);
  });
});
