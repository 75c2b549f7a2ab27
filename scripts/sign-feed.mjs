/**
 * `node scripts/sign-feed.mjs FOLDER` signs the manifests of a release with the private key in `UPDATE_SIGNING_KEY`, and
 * refuses a key whose public half is not `UPDATE_PUBLIC_KEY`, which the packages trust. `--new-key` prints a new pair.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';

import { newSigningKey, publicKeyOf, signFeed } from './lib/feed.mjs';
import { main, say, Trouble } from './lib/process.mjs';

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { 'new-key': { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values['new-key']) {
    const { privateKey, publicKey } = newSigningKey();
    console.log(`UPDATE_SIGNING_KEY=${privateKey}\nUPDATE_PUBLIC_KEY=${publicKey}`);
    return 0;
  }
  const [folder] = positionals;
  const { UPDATE_SIGNING_KEY: key = '', UPDATE_PUBLIC_KEY: publicKey = '' } = process.env;
  if (folder === undefined)
    throw new Trouble('Say which folder has the manifests: node scripts/sign-feed.mjs dist');
  if (publicKeyOf(key) !== publicKey) {
    throw new Trouble(
      'UPDATE_SIGNING_KEY and UPDATE_PUBLIC_KEY are not one pair: no app would take this release.',
    );
  }
  for (const name of signFeed(path.resolve(folder), key)) say(`${name} signed.`);
  return 0;
});
