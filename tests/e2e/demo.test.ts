import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';

const MAYA = 'Maya Chen';
/** Demo trainees take their time like people. */
const HUMAN_MS = 45_000;

describe('the demo', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;

  beforeAll(async () => {
    app = await parts.app(['--demo']);
    await app.conversationList().waitFor();
  });
  beforeEach(() => pictureOnFailure(app));

  it('opens the inbox of Jordan Reyes, and says that it is a demo', async () => {
    await app.printed('inbox painted');
    await app.conversation(MAYA).waitFor();
    await app.page.getByText(/demo/i).first().waitFor();
    await app.railLink('Settings').click();
    await app.page.getByText('Jordan Reyes').first().waitFor();
    await app.railLink('Messages').click();
  });

  it('has a trainee who reads a message, types and answers', { timeout: 90_000 }, async () => {
    await app.takeFocus();
    await app.openThread(MAYA);
    const typing = app.page.getByText(`${MAYA} is typing...`, { exact: true }).first();
    const wasTyping = typing.waitFor({ timeout: HUMAN_MS });
    await app.write(MAYA, 'How did the workout feel?');
    await app.waitForDelivery(MAYA, 'How did the workout feel?', 'Read', HUMAN_MS);
    await wasTyping;
    await eventually(async () => {
      const items = await app.bubbles(MAYA).allInnerTexts();
      const asked = items.findLastIndex((text) => text.includes('How did the workout feel?'));
      return items.length - 1 - asked;
    }, HUMAN_MS).toBeGreaterThan(0);
  });

  it('is ready again after it is quit and opened anew, with what was said', async () => {
    await app.quit();
    await app.start();
    await app.conversationList().waitFor();
    await app.openThread(MAYA);
    await app.bubble(MAYA, 'How did the workout feel?').waitFor();
    expect(app.consoleErrors).toEqual([]);
  });
});
