/** Signatures of the manifests by which the app finds its updates. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Trouble } from './process.mjs';

/**
 * Makes a key pair.
 * @returns {{ privateKey: string, publicKey: string }} the private half as PKCS #8, the public one as SPKI, both DER in
 *   base64, so that each is one line for a settings page
 */
export function newSigningKey() {
  const pair = generateKeyPairSync('ed25519');
  return {
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}

/**
 * Signs every manifest in a folder: `latest-linux.yml` gets `latest-linux.yml.sig` beside it.
 * @param {string} folder
 * @param {string} privateKey as {@link newSigningKey} makes it
 * @returns {string[]} names of the manifests
 * @throws {Trouble} when the key is none, or there is nothing to sign
 */
export function signFeed(folder, privateKey) {
  const key = readKey(privateKey);
  const names = readdirSync(folder).filter((name) => /^latest(-[\w-]+)?\.yml$/.test(name));
  if (names.length === 0) throw new Trouble(`There is no manifest (latest*.yml) in ${folder}.`);
  for (const name of names) {
    const file = path.join(folder, name);
    writeFileSync(`${file}.sig`, `${sign(null, readFileSync(file), key).toString('base64')}\n`);
  }
  return names;
}

/**
 * The public half of a private key.
 * @param {string} privateKey as {@link newSigningKey} makes it
 */
export function publicKeyOf(privateKey) {
  return createPublicKey(readKey(privateKey)).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** @param {string} privateKey */
function readKey(privateKey) {
  try {
    const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new Trouble(
    'The signing key must be the private key that node scripts/sign-feed.mjs --new-key printed.',
  );
}
