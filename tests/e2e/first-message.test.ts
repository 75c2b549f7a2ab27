import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { nameBeginsWith } from '../harness/inbox-driver.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { TraineeClient } from '../harness/trainee-client.ts';
import type { Trainee } from '../../shared/wire/entities.ts';

describe('the first message to a trainee', () => {
  const parts = partsOfThisFile();
  let url: string;
  let app: AppUnderTest;
  let jordan: TraineeClient;
  let strangers: readonly Trainee[];

  beforeAll(async () => {
    ({ url } = await parts.backend());
    jordan = await TraineeClient.signIn(url, 'trainer@demo.test');
    strangers = (await jordan.trainees()).filter(({ conversationId }) => conversationId === null);
    app = await parts.app();
    await app.signIn(url);
  });
  beforeEach(() => pictureOnFailure(app));

  const nthStranger = (index: number): Trainee => {
    const stranger = strangers[index];
    if (stranger === undefined) throw new Error('The demo has too few trainees without a conversation.');
    return stranger;
  };
  /** What the trainee at the other end has: one conversation and its texts. */
  const seenBy = async ({ email }: Trainee) => {
    const client = await TraineeClient.signIn(url, email);
    const conversations = await client.conversations();
    const texts = await Promise.all(conversations.map(({ id }) => client.texts(id)));
    return { conversations: conversations.length, texts: texts.flat() };
  };

  it('is possible from the trainee’s page by "Send Message", and creates the conversation', async () => {
    const { name } = nthStranger(0);
    expect(await app.conversation(name).count()).toBe(0);
    await app.railLink('Trainees').click();
    await app.trainee(name).click();
    await app.page.getByRole('heading', { name }).waitFor();
    await app.page.getByRole('button', { name: 'Send Message' }).click();
    await app.write(name, 'Welcome! When do you want to start?');
    await app.waitForDelivery(name, 'Welcome! When do you want to start?', 'Sent');
    await app.conversation(name).filter({ hasText: 'Welcome! When do you want to start?' }).waitFor();
    expect(await seenBy(nthStranger(0))).toEqual({
      conversations: 1,
      texts: ['Welcome! When do you want to start?'],
    });
  });

  it('is possible from the row menu by a quick message, without leaving the list', async () => {
    const { name } = nthStranger(1);
    await app.railLink('Trainees').click();
    await app.page.getByRole('button', { name: `Actions for ${name}` }).click();
    await app.page.getByRole('menuitem', { name: 'Message' }).click();
    const dialog = app.page.getByRole('dialog', { name: `Message ${name}` });
    await dialog.getByRole('textbox').fill('Quick one: are you free on Friday?');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await app.page.getByRole('button', { name: `Actions for ${name}` }).isVisible()).toBe(true);
    await eventually(() => seenBy(nthStranger(1))).toEqual({
      conversations: 1,
      texts: ['Quick one: are you free on Friday?'],
    });
    await app.railLink('Messages').click();
    await app.conversation(name).waitFor();
  });

  it('uses the conversation that exists when there is one already', async () => {
    await app.railLink('Trainees').click();
    await app.page.getByRole('button', { name: 'Actions for Maya Chen' }).click();
    await app.page.getByRole('menuitem', { name: 'Message' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Message Maya Chen' });
    await dialog.getByRole('textbox').fill('See you at six.');
    await dialog.getByRole('button', { name: 'Send' }).click();
    const maya = await TraineeClient.signIn(url, 'maya@demo.test');
    await eventually(async () =>
      (await maya.conversations()).map(({ lastMessage }) => lastMessage?.content),
    ).toEqual(['See you at six.']);
  });

  it('leaves nobody twice in the conversation list', async () => {
    await app.railLink('Messages').click();
    const count = (await jordan.conversations()).length;
    await eventually(() => app.conversationList().getByRole('option').count()).toBe(count);
    for (const { name } of strangers) {
      expect(await app.page.getByRole('option', { name: nameBeginsWith(name) }).count()).toBe(1);
    }
  });
});
