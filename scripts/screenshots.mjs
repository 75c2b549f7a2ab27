/**
 * `npm run screenshots`: pictures of every state of the built app; with `desktop`, of the app on a desktop of real
 * programs. Further arguments reach the program in tests/pictures.
 */
import { bootstrap } from './bootstrap.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { projectNode } from './lib/paths.mjs';
import { main, run } from './lib/process.mjs';

await main(async () => {
  await bootstrap({ electron: true, libraries: true, display: true, bus: true });
  await ensureBuilt();
  const [first, ...others] = process.argv.slice(2);
  const args =
    first === 'desktop'
      ? ['tests/pictures/desktop.ts', ...others]
      : ['tests/pictures/main.ts', ...process.argv.slice(2)];
  const { code } = await run(projectNode, args);
  return code ?? 1;
});
