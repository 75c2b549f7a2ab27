import type { ClientError } from '../../shared/errors.ts';
import { isSecureLink } from '../../shared/links.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Log } from '../engine-api.ts';
import { errorKind } from './error-kind.ts';

/** Opens a link from a message outside the app, if it is one; `link_not_opened` otherwise. */
export type OpenLink = (link: string) => Promise<Result<null, ClientError>>;

const NOT_OPENED: ClientError = { code: 'link_not_opened' };

/**
 * The address to hand to the system for a link that somebody wrote, or null: only secure web pages, and only as the
 * parser of the web understands them, so that what is opened is what was checked.
 */
export function openableAddress(link: string): string | null {
  const url = isSecureLink(link) ? URL.parse(link) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  return url.href;
}

/** Makes the one door to the browser; `open` is the system's, such as Electron's `shell.openExternal`. */
export function createLinkOpener(open: (address: string) => Promise<void>, log: Log): OpenLink {
  return async (link) => {
    const address = openableAddress(link);
    if (address === null) {
      log('link.refused');
      return fail(NOT_OPENED);
    }
    try {
      await open(address);
      return ok(null);
    } catch (error) {
      log('link.failed', { error: errorKind(error) });
      return fail(NOT_OPENED);
    }
  };
}
