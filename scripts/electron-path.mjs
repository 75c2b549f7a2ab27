/** `npm run --silent electron:path`: prints the Electron executable that the scripts use, and nothing else. */
import { bootstrap } from './bootstrap.mjs';
import { main } from './lib/process.mjs';
import { electronBinary } from './setup/electron.mjs';

await main(async () => {
  const { electronDir } = await bootstrap({ electron: true });
  process.stdout.write(`${electronBinary(electronDir)}\n`);
  return 0;
});
