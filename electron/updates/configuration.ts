/** What a package was told about its updates when it was made. Nothing can tell it otherwise later. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from '../../shared/schema.ts';
import { serverOrigin } from '../session/server-address.ts';

const updatesSchema = z.strictObject({
  /** Folder of the manifests, as a URL. */
  feed: z.url(),
  /** Key that the manifests are signed with: Ed25519, SPKI, DER, base64. */
  publicKey: z.base64(),
  /** Plain HTTP on this computer will do. `npm run package -- --release` never says so. */
  isForTests: z.boolean().default(false),
});

/** Where updates come from, and whom they are believed. */
export type UpdateConfiguration = Readonly<z.infer<typeof updatesSchema>>;

const manifestSchema = z.object({ updates: updatesSchema });

/**
 * Reads it from the package.json in `appFolder`.
 * @returns null when there is none, or one that must not be followed
 */
export function readConfiguration(appFolder: string): UpdateConfiguration | null {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path.join(appFolder, 'package.json'), 'utf8'));
  } catch {
    return null;
  }
  const parsed = manifestSchema.safeParse(found);
  if (!parsed.success) return null;
  const { updates } = parsed.data;
  return isAllowedUrl(updates.feed, updates) ? updates : null;
}

/** Whether the updater may talk to this address: by HTTPS only, but for tests on this computer. */
export function isAllowedUrl(url: string, { isForTests }: Pick<UpdateConfiguration, 'isForTests'>): boolean {
  const protocol = URL.parse(url)?.protocol;
  return protocol === 'https:' || (isForTests && protocol === 'http:' && serverOrigin(url).ok);
}
