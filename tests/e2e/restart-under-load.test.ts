import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import { messageSchema } from '../../shared/wire/entities.ts';
import type { AppUnderTest } from '../harness/app.ts';
import type { Backend } from '../harness/backend.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { AnswerError, type TraineeClient } from '../harness/trainee-client.ts';
import { waitFor } from '../harness/wait.ts';

const MAYA = 'Maya Chen';
const EACH = 40;
/** The server dies when the trainee has got this many messages through. */
const KILL_AFTER = 12;

const pageAnswer = z.object({
  ok: z.literal(true),
  value: z.object({ items: z.array(messageSchema), hasMore: z.boolean() }),
});

const numbered = (who: string) => Array.from({ length: EACH }, (_, index) => `${who} says ${index + 1}`);

describe('the server killed and started again while both sides write', () => {
  const parts = partsOfThisFile();
  let backend: Backend;
  let app: AppUnderTest;
  let maya: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0', READ_LIMIT_PER_MINUTE: '0' });
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    await app.signIn(backend.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  /** Sends until the server has stored it, always with the same id; a refusal is an error at once. */
  const sendForSure = async (content: string): Promise<void> => {
    const id = randomUUID();
    await waitFor(
      `"${content}" to be stored`,
      async () => {
        try {
          return await maya.send(conversationId, content, id);
        } catch (error) {
          if (error instanceof AnswerError && error.status < 500) throw error;
          return null;
        }
      },
      30_000,
    );
  };
  const writeAsTrainer = async (): Promise<void> => {
    for (const text of numbered('Jordan')) {
      await app.write(MAYA, text);
      await eventually(() => app.composer(MAYA).inputValue()).toBe('');
    }
  };
  const writeAsTrainee = async (): Promise<void> => {
    for (const [index, text] of numbered('Maya').entries()) {
      if (index === KILL_AFTER) {
        await backend.kill();
        await backend.start();
      }
      await sendForSure(text);
    }
  };
  /** The whole thread as the app keeps it, oldest first, by the same call that the window uses. */
  const threadInApp = async (): Promise<readonly string[]> => {
    const texts: string[] = [];
    let beforeSeq: number | null = null;
    for (;;) {
      const { value }: z.infer<typeof pageAnswer> = pageAnswer.parse(
        await app.call('messages.page', { peerId: maya.user.id, beforeSeq }),
      );
      texts.unshift(...value.items.map(({ content }) => content));
      beforeSeq = value.items[0]?.seq ?? null;
      if (!value.hasMore || beforeSeq === null) return texts;
    }
  };

  it('loses nothing, doubles nothing, keeps each sender’s order, and ends with equal views', async () => {
    await Promise.all([writeAsTrainer(), writeAsTrainee()]);
    await app.waitForDelivery(MAYA, `Jordan says ${EACH}`, 'Sent', 30_000);

    const stored = await maya.texts(conversationId);
    expect(stored.filter((text) => text.startsWith('Jordan says'))).toEqual(numbered('Jordan'));
    expect(stored.filter((text) => text.startsWith('Maya says'))).toEqual(numbered('Maya'));
    await eventually(threadInApp, 20_000).toEqual(stored);
  });

  it('shows the newest messages in the server’s order, every own one delivered', async () => {
    const newest = (await maya.texts(conversationId)).slice(-8);
    await eventually(async () => {
      const items = await app.bubbles(MAYA).allInnerTexts();
      return items.slice(-8).map((item) => newest.find((text) => item.split('\n').includes(text)));
    }).toEqual(newest);
    expect(await app.thread(MAYA).getByText('Sending', { exact: true }).count()).toBe(0);
    expect(await app.thread(MAYA).getByText('Not sent', { exact: true }).count()).toBe(0);
  });

  it('is live again: the next message comes without a touch', async () => {
    await maya.send(conversationId, 'And we are back');
    await app.bubble(MAYA, 'And we are back').waitFor();
    expect(await app.page.getByText('Reconnecting...').count()).toBe(0);
  });
});
