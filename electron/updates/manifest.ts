/** Manifests of releases: who signed them, and what they may say. */
import { createPublicKey, verify } from 'node:crypto';
import { z } from '../../shared/schema.ts';
import { UpdateError } from './problems.ts';

/** The signature lies beside the manifest under its name with this ending: 64 bytes in base64. */
export const SIGNATURE_ENDING = '.sig';

/** A release's files lie beside its manifest: a name that leads elsewhere is none. */
const fileName = z.string().regex(/^[\w@+-][\w.@+~-]*$/);
const sha512 = z.string().regex(/^[\w+/]{86}==$/);

/** What is read of a manifest; electron-builder writes more for older updaters. */
const manifestSchema = z.object({
  version: z.string().regex(/^\d+\.\d+\.\d+(-[\w.-]+)?$/),
  files: z.array(z.object({ url: fileName, sha512, size: z.int().positive() })).min(1),
  path: fileName,
  sha512,
  releaseDate: z.string(),
});

/** A release, as its signed manifest describes it. */
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Returns when `text` was signed with the private half of `publicKey` (Ed25519, SPKI, DER, base64).
 * @throws {UpdateError} `untrusted` otherwise, whatever is wrong
 */
export function verifyManifest(text: string, signature: string, publicKey: string): void {
  let isGenuine = false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    isGenuine =
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature.trim(), 'base64'));
  } catch {
    // A key or a signature that is none: not genuine.
  }
  if (!isGenuine) throw new UpdateError('untrusted', 'The manifest is not signed with the key of this app.');
}

/**
 * Checks what a manifest says after it was parsed.
 * @throws {UpdateError} `untrusted`
 */
export function readManifest(parsed: unknown): Manifest {
  const result = manifestSchema.safeParse(parsed);
  if (!result.success) throw new UpdateError('untrusted', 'The manifest is not one of a release.');
  return result.data;
}
