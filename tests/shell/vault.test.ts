import { describe, expect, it } from 'vitest';
import { createVault, type Keyring } from '../../electron/desktop/vault.ts';

/** A keyring in the image of Electron's: prefixes instead of encrypting, refuses what it did not make. */
function keyring(state: {
  available: boolean;
  backend?: ReturnType<Keyring['getSelectedStorageBackend']>;
}): Keyring {
  return {
    isEncryptionAvailable: () => state.available,
    getSelectedStorageBackend: () => state.backend ?? 'gnome_libsecret',
    encryptString: (text) => Buffer.from(`v11${text}`),
    decryptString: (sealed) => {
      const text = sealed.toString();
      if (!text.startsWith('v11'))
        throw new Error('Error while decrypting the ciphertext provided to safeStorage.');
      return text.slice(3);
    },
  };
}

describe('the token vault', () => {
  it('seals and opens with the system keyring', () => {
    const vault = createVault(keyring({ available: true }), 'linux');
    expect(vault.isAvailable).toBe(true);
    expect(vault.open(vault.seal('refresh'))).toBe('refresh');
  });

  it.each([
    ['the system has no keyring', { available: false }, 'linux'],
    ['the keyring would use a key that everybody knows', { available: true, backend: 'basic_text' }, 'linux'],
    ['the keyring is not known yet', { available: true, backend: 'unknown' }, 'linux'],
    ['the keychain is locked', { available: false }, 'darwin'],
  ] as const)('is not there when %s, and then neither seals nor opens', (_why, state, platform) => {
    const vault = createVault(keyring(state), platform);
    expect(vault.isAvailable).toBe(false);
    expect(() => vault.seal('refresh')).toThrow();
    expect(vault.open(Buffer.from('v11refresh'))).toBeNull();
  });

  it('does not ask for the Linux backend elsewhere', () => {
    const other = {
      ...keyring({ available: true }),
      getSelectedStorageBackend: () => {
        throw new Error('Linux only');
      },
    };
    expect(createVault(other, 'win32').isAvailable).toBe(true);
  });

  it('opens nothing that another keyring sealed', () => {
    const vault = createVault(keyring({ available: true }), 'linux');
    expect(vault.open(new Uint8Array([1, 2, 3]))).toBeNull();
  });
});
