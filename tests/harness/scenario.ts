/** What every end-to-end file needs: parts that end themselves, pictures of failures, patient checks. */
import { afterAll, afterEach, expect, onTestFailed } from 'vitest';
import type { AppUnderTest } from './app.ts';
import { createParts, type Parts } from './parts.ts';
import { reasonOf } from './wait.ts';

/**
 * To be called once at the top of a test file: what it starts ends after the file's last test. A test after which a page
 * has broken its policy fails; one that does so on purpose takes the violations away itself.
 */
export function partsOfThisFile(): Parts {
  const parts = createParts();
  const apps: AppUnderTest[] = [];
  afterEach(() => {
    expect(apps.flatMap((app) => app.takePolicyViolations())).toEqual([]);
  });
  afterAll(() => parts.end());
  return {
    ...parts,
    app: async (args, env) => {
      const app = await parts.app(args, env);
      apps.push(app);
      return app;
    },
  };
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
