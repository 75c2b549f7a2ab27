import type { SafeStorage } from 'electron';
import type { TokenVault } from '../engine-api.ts';

/** The part of Electron's `safeStorage` that the vault uses. */
export type Keyring = Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'
>;

/**
 * Seals texts with the system's keyring. Must be made after the app is ready, when the keyring is known.
 * On Linux without a keyring Electron would encrypt with a key that everybody knows (`basic_text`);
 * that protects nothing and therefore counts as no keyring.
 */
export function createVault(keyring: Keyring, platform: NodeJS.Platform): TokenVault {
  const isAvailable =
    keyring.isEncryptionAvailable() &&
    (platform !== 'linux' || !['basic_text', 'unknown'].includes(keyring.getSelectedStorageBackend()));
  return {
    isAvailable,
    seal(text) {
      if (!isAvailable) throw new Error('There is no keyring to seal with.');
      return keyring.encryptString(text);
    },
    open(sealed) {
      if (!isAvailable) return null;
      try {
        return keyring.decryptString(Buffer.from(sealed));
      } catch {
        // Another user, another computer, or a keyring that was reset.
        return null;
      }
    },
  };
}
