import type { AppUnderTest } from '../harness/app.ts';
import { createParts } from '../harness/parts.ts';
import { afternoonZone, type Act, type Stage } from './act.ts';

/**
 * Plays an act and ends what it has started. When it fails, a picture of each of its windows is kept.
 * @param env is for the apps, besides their time zone
 */
export async function playAct(
  act: Act,
  shoot: Stage['shoot'],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const parts = createParts();
  const apps: AppUnderTest[] = [];
  try {
    await act.play({
      parts,
      shoot,
      openApp: async (args) => {
        const app = await parts.app(args, { TZ: afternoonZone(new Date()), ...env });
        apps.push(app);
        return app;
      },
    });
  } catch (error) {
    for (const app of apps) await app.saveScreenshot(`${act.name}-failed`);
    throw error;
  } finally {
    await parts.end();
  }
}
