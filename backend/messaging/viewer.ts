import type { Role, User } from '../../shared/wire/entities.ts';
import { forbiddenRole } from '../operations/api-error.ts';

/** The participant from whose side a thing is told. */
export interface Viewer {
  readonly id: number;
  readonly role: Exclude<Role, 'admin'>;
}

/** A user as participant. @throws ApiError 403 for an admin, who has no conversations. */
export function viewerOf(user: User): Viewer {
  if (user.role === 'admin') throw forbiddenRole();
  return { id: user.id, role: user.role };
}
