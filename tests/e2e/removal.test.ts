import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import { TraineeClient } from '../harness/trainee-client.ts';

const JORDAN = 'Jordan Reyes';
const MAYA = 'Maya Chen';

describe('a trainee who is removed while both sides look at the conversation (EC-1, ES-5)', () => {
  const parts = partsOfThisFile();
  let url: string;
  let trainer: AppUnderTest;
  let trainee: AppUnderTest;

  beforeAll(async () => {
    ({ url } = await parts.backend());
    trainer = await parts.app();
    trainee = await parts.app();
    await trainer.signIn(url);
    await trainee.signIn(url, 'maya@demo.test');
    await trainer.openThread(MAYA);
    await trainee.openThread(JORDAN);
    await trainee.write(JORDAN, 'See you on Monday?');
    await trainer.bubble(MAYA, 'See you on Monday?').waitFor();
  });
  beforeEach(() => {
    pictureOnFailure(trainer);
    pictureOnFailure(trainee);
  });

  const dialog = () => trainer.page.getByRole('dialog', { name: `Remove ${MAYA}?` });
  const askToRemove = async (): Promise<void> => {
    await trainer.page.getByRole('button', { name: `Actions for ${MAYA}` }).click();
    await trainer.page.getByRole('menuitem', { name: 'Remove trainee' }).click();
    await dialog().waitFor();
  };

  it('is removed only after the trainer was told what that does, and agreed', async () => {
    await trainer.railLink('Trainees').click();
    await askToRemove();
    await dialog()
      .getByText(/loses access to your conversation at once/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    const jordan = await TraineeClient.signIn(url, 'trainer@demo.test');
    expect((await jordan.trainees()).map(({ name }) => name)).toContain(MAYA);
    await askToRemove();
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await trainer.page.getByText(`${MAYA} has been removed`).waitFor();
    await trainer.trainee(MAYA).waitFor({ state: 'detached' });
    expect((await jordan.trainees()).map(({ name }) => name)).not.toContain(MAYA);
  });

  it('loses the conversation at once, and is told that the trainer will reach out', async () => {
    await trainee.page.getByText('No messages yet', { exact: true }).waitFor();
    await trainee.page.getByText('Your trainer will reach out here.', { exact: true }).waitFor();
    expect(await trainee.composer(JORDAN).count()).toBe(0);
    expect(await trainee.page.getByText('See you on Monday?').count()).toBe(0);
    expect(await trainee.page.getByRole('option').count()).toBe(0);
  });

  it('leaves the trainer a history to read, under a banner and a label, with nothing to write in', async () => {
    await trainer.railLink('Messages').click();
    await trainer.page.getByRole('status', { name: 'This trainee has been removed' }).waitFor();
    await trainer.bubble(MAYA, 'See you on Monday?').waitFor();
    expect(await trainer.composer(MAYA).isDisabled()).toBe(true);
    await trainer.conversation(MAYA).getByText('[Trainee Removed]').waitFor();
    expect(trainer.consoleErrors).toEqual([]);
    expect(trainee.consoleErrors).toEqual([]);
  });
});
