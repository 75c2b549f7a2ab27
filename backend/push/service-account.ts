import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from '../../shared/schema.ts';
import { SettingsError } from '../settings-error.ts';

/** The account by which this server may send through a Firebase project. */
export interface ServiceAccount {
  readonly projectId: string;
  readonly clientEmail: string;
  readonly keyId: string;
  /** RSA, for RS256. */
  readonly privateKey: KeyObject;
  /** Where assertions are exchanged for access tokens. */
  readonly tokenUrl: string;
}

/** Whether secrets may be sent there: HTTPS, or this machine itself. */
export function isConfidentialUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
  );
}

/** A key file as the Firebase console gives it out. */
const keyFileSchema = z.object({
  type: z.literal('service_account'),
  project_id: z.string().regex(/^[a-z0-9.:-]+$/),
  private_key_id: z.string().min(1),
  private_key: z
    .string()
    .transform((pem) => createPrivateKey(pem))
    .refine((key) => key.asymmetricKeyType === 'rsa'),
  client_email: z.string().min(1),
  token_uri: z.string().refine(isConfidentialUrl),
});

/**
 * Reads a service account's key.
 * @param credentials the JSON itself, or the path of its file
 * @throws SettingsError in one sentence that shows nothing of it
 */
export function readServiceAccount(credentials: string): ServiceAccount {
  try {
    const json = credentials.trimStart().startsWith('{') ? credentials : readFileSync(credentials, 'utf8');
    const key = keyFileSchema.parse(JSON.parse(json));
    return {
      projectId: key.project_id,
      clientEmail: key.client_email,
      keyId: key.private_key_id,
      privateKey: key.private_key,
      tokenUrl: key.token_uri,
    };
  } catch {
    throw new SettingsError(
      'FCM_CREDENTIALS has to be the key of a service account: its JSON, or the path of the file with it.',
    );
  }
}
