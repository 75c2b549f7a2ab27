/** What every end-to-end file needs: parts that end themselves, pictures of failures, patient checks. */
import { afterAll, expect, onTestFailed } from 'vitest';
import type { AppUnderTest } from './app.ts';
import { createParts, type Parts } from './parts.ts';
import { reasonOf } from './wait.ts';

/** To be called once at the top of a test file: what it starts ends after the file's last test. */
export function partsOfThisFile(): Parts {
  const parts = createParts();
  afterAll(() => parts.end());
  return parts;
}

/** Inside a test: keeps a picture of the window if the test fails. */
export function pictureOnFailure(app: AppUnderTest): void {
  onTestFailed(async ({ task }) => {
    try {
      await app.saveScreenshot(task.name);
    } catch (error) {
      process.stderr.write(`No picture of the failure: ${reasonOf(error)}\n`);
    }
  });
}

/** `expect` on something that becomes true: asks again until it holds or `timeout` milliseconds passed. */
export function eventually<T>(probe: () => T | Promise<T>, timeout = 15_000) {
  return expect.poll(probe, { timeout, interval: 50 });
}
