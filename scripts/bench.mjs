/** `npm run bench`: the benchmarks on the built app, on a display of their own. Arguments reach bench/main.ts. */
import { bootstrap } from './bootstrap.mjs';
import { build, isBuilt } from './lib/build.mjs';
import { openDisplay } from './lib/display.mjs';
import { projectNode } from './lib/paths.mjs';
import { main, run, say } from './lib/process.mjs';

await main(async () => {
  const onLinux = process.platform === 'linux';
  const { electronDir } = await bootstrap({ electron: true, libraries: true, display: onLinux });
  if (!isBuilt()) {
    say('Building …');
    await build({ quiet: true });
  }
  const display = onLinux ? await openDisplay() : null;
  try {
    const env = { ...process.env, ...display?.env, ELECTRON_OVERRIDE_DIST_PATH: electronDir };
    const { code } = await run(projectNode, ['bench/main.ts', ...process.argv.slice(2)], { env });
    return code ?? 1;
  } finally {
    display?.close();
  }
});
