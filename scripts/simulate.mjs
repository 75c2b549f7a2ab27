/** `npm run simulate`: the deterministic simulation of app and server. Arguments reach tests/simulation/main.ts. */
import { bootstrap } from './bootstrap.mjs';
import { projectNode } from './lib/paths.mjs';
import { main, run } from './lib/process.mjs';

await main(async () => {
  await bootstrap({});
  const { code } = await run(projectNode, ['tests/simulation/main.ts', ...process.argv.slice(2)]);
  return code ?? 1;
});
