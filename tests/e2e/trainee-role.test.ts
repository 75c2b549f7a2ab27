import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';

const JORDAN = 'Jordan Reyes';

describe('a trainee in the app', () => {
  const parts = partsOfThisFile();
  let url: string;
  let app: AppUnderTest;
  let jordan: TraineeClient;
  let conversationId: number;

  beforeAll(async () => {
    ({ url } = await parts.backend());
    jordan = await parts.client(url, 'trainer@demo.test');
    conversationId = (await jordan.conversationWith('Maya Chen')).id;
    app = await parts.app();
    await app.signIn(url, 'maya@demo.test');
  });
  beforeEach(() => pictureOnFailure(app));

  it('sees one conversation, with the trainer, and no list of trainees', async () => {
    await app.conversation(JORDAN).waitFor();
    expect(await app.conversationList().getByRole('option').count()).toBe(1);
    await app.railLink('Settings').waitFor();
    expect(await app.railLink('Trainees').count()).toBe(0);
  });

  it('gets the trainer’s message at once and replies', async () => {
    await app.openThread(JORDAN);
    await jordan.send(conversationId, 'How is the knee today?');
    await app.bubble(JORDAN, 'How is the knee today?').waitFor();
    await app.write(JORDAN, 'Much better, thank you.');
    await app.waitForDelivery(JORDAN, 'Much better, thank you.', 'Sent');
    const { seq } = await jordan.received('Much better, thank you.');
    await jordan.markRead(conversationId, seq);
    await app.waitForDelivery(JORDAN, 'Much better, thank you.', 'Read');
  });

  it('sees "Trainer is typing..." while the trainer types', async () => {
    jordan.setTyping(conversationId, true);
    await app.page.getByText('Trainer is typing...', { exact: true }).first().waitFor();
  });

  it('cannot ask for trainees, neither in the window nor past it', async () => {
    expect(await app.call('trainees.list', {})).toEqual({ ok: true, value: [] });
  });
});

describe('a trainee without a trainer', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;

  beforeAll(async () => {
    const { url } = await parts.backend();
    app = await parts.app();
    await app.submitSignIn(url, 'solo@demo.test');
  });
  beforeEach(() => pictureOnFailure(app));

  it('is told that the trainer will reach out', async () => {
    await app.page.getByText('No messages yet', { exact: true }).waitFor();
    await app.page.getByText('Your trainer will reach out here.', { exact: true }).waitFor();
    expect(await app.page.getByRole('option').count()).toBe(0);
  });
});
