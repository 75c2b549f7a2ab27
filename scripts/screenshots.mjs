/** `npm run screenshots`: pictures of every state of the built app. Arguments reach tests/pictures/main.ts. */
import { bootstrap } from './bootstrap.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { projectNode } from './lib/paths.mjs';
import { main, run } from './lib/process.mjs';

await main(async () => {
  await bootstrap({ electron: true, libraries: true, display: true });
  await ensureBuilt();
  const { code } = await run(projectNode, ['tests/pictures/main.ts', ...process.argv.slice(2)]);
  return code ?? 1;
});
