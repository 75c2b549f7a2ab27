import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, PROJECT_DIR, startBackend } from '../harness/backend.ts';
import { TraineeClient } from '../harness/trainee-client.ts';

/** People are not machines: noticing, reading and typing take them some seconds. */
const PATIENCE = { timeoutMs: 20_000 } as const;

describe('the demo trainees', () => {
  let backend: Backend;
  let people: ChildProcess;
  let trainer: TraineeClient;

  beforeAll(async () => {
    backend = await startBackend();
    trainer = await TraineeClient.online(backend.url, 'trainer@demo.test');
    people = spawn(process.execPath, [path.join(PROJECT_DIR, 'electron/demo/people.ts'), backend.url]);
  }, 30_000);

  afterAll(async () => {
    people.kill('SIGKILL');
    trainer.disconnect();
    await backend.dispose();
  });

  it('write to the trainer of their own accord, once, shortly after they arrive', async () => {
    const { id, trainee } = await trainer.conversationWith('Maya Chen');
    const opened = await trainer.feed.find(
      'Maya to write first',
      (event) => event.type === 'message.created' && event.message.senderId === trainee.id,
      PATIENCE,
    );
    expect(opened).toMatchObject({ type: 'message.created', message: { conversationId: id } });
    expect(trainer.typing.all).toContainEqual({ conversationId: id, userId: trainee.id, isTyping: true });
  }, 30_000);

  it('read what the trainer writes, type, and answer it with something that fits', async () => {
    const { id, trainee } = await trainer.conversationWith('Liam O’Connor');
    const from = trainer.feed.all.length;
    const sent = await trainer.send(id, 'How did you sleep?');
    await trainer.feed.find(
      'Liam to read it',
      (event) =>
        event.type === 'conversation.read' && event.userId === trainee.id && event.readSeq >= sent.seq,
      { from, ...PATIENCE },
    );
    await trainer.typing.find(
      'Liam to type',
      (event) => event.userId === trainee.id && event.isTyping,
      PATIENCE,
    );
    const answer = await trainer.feed.find(
      'Liam to answer',
      (event) => event.type === 'message.created' && event.message.senderId === trainee.id,
      { from, ...PATIENCE },
    );
    if (answer.type !== 'message.created') throw new Error('The wait above lets only messages through.');
    expect(answer.message.conversationId).toBe(id);
    expect(answer.message.content).toMatch(/hours|bed/i);
  }, 30_000);

  it('wait for an answer before they write unasked again', async () => {
    const { trainee } = await trainer.conversationWith('Maya Chen');
    const fromMaya = trainer.feed.all.filter(
      (event) => event.type === 'message.created' && event.message.senderId === trainee.id,
    );
    expect(fromMaya).toHaveLength(1);
  });
});
