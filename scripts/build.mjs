/** `npm run build`: the app and the backend into out/. */
import { bootstrap } from './bootstrap.mjs';
import { build } from './lib/build.mjs';
import { main } from './lib/process.mjs';

await main(async () => {
  await bootstrap({});
  await build();
  return 0;
});
