/** `npm run bench`: the benchmarks on the built app, or on the backend. Arguments reach bench/main.ts. */
import { bootstrap } from './bootstrap.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { projectNode } from './lib/paths.mjs';
import { main, run } from './lib/process.mjs';

await main(async () => {
  const needsApp = process.argv[2] !== 'backend';
  await bootstrap({ electron: needsApp, libraries: needsApp, display: needsApp });
  if (needsApp) await ensureBuilt();
  const { code } = await run(projectNode, ['bench/main.ts', ...process.argv.slice(2)]);
  return code ?? 1;
});
