import updater, { type AppUpdater, type ResolvedUpdateFileInfo, type UpdateInfo } from 'electron-updater';
import { parseUpdateInfo, type ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js';
import { readManifest, SIGNATURE_ENDING, verifyManifest } from './manifest.ts';
import { UpdateError } from './problems.ts';

/**
 * A feed for electron-updater whose manifests count only with their signature. Nothing is downloaded before it was
 * checked; what is downloaded must then have the hash that the manifest names.
 */
export function signedFeed(feed: string, publicKey: string) {
  return class SignedFeed extends updater.Provider<UpdateInfo> {
    readonly #folder = new URL(feed.endsWith('/') ? feed : `${feed}/`);

    constructor(_options: unknown, _updater: AppUpdater, runtimeOptions: ProviderRuntimeOptions) {
      super(runtimeOptions);
    }

    /** Leaves out the number by which a feed could tell one computer from another. */
    override setRequestHeaders(): void {
      super.setRequestHeaders({ 'cache-control': 'no-cache' });
    }

    override async getLatestVersion(): Promise<UpdateInfo> {
      const name = `${this.getDefaultChannelName()}.yml`;
      const url = new URL(name, this.#folder);
      const text = await this.#read(url);
      // A feed that has a manifest and no signature is not one that was out of reach.
      const signature = await this.#read(new URL(`${name}${SIGNATURE_ENDING}`, this.#folder)).catch(() => '');
      verifyManifest(text, signature, publicKey);
      return readManifest(parseUpdateInfo(text, name, url));
    }

    override resolveFiles({ files }: UpdateInfo): ResolvedUpdateFileInfo[] {
      return files.map((info) => ({ info, url: new URL(info.url, this.#folder) }));
    }

    async #read(url: URL): Promise<string> {
      const text = await this.httpRequest(url);
      if (text === null) throw new UpdateError('untrusted', 'The feed has an empty file.');
      return text;
    }
  };
}
