/** `npm run bench`: the benchmarks on the built app. Arguments reach bench/main.ts. */
import { bootstrap } from './bootstrap.mjs';
import { build, isBuilt } from './lib/build.mjs';
import { projectNode } from './lib/paths.mjs';
import { main, run, say } from './lib/process.mjs';

await main(async () => {
  await bootstrap({ electron: true, libraries: true, display: true });
  if (!isBuilt()) {
    say('Building …');
    await build({ quiet: true });
  }
  const { code } = await run(projectNode, ['bench/main.ts', ...process.argv.slice(2)]);
  return code ?? 1;
});
