import type { User } from '../../../gateway/contract/users.ts';

/** How a user is called: by name, else by e-mail; by id where neither is known (any more). */
export function nameOf({ name, email, id }: Pick<User, 'id' | 'name' | 'email'>): string {
  return name || email || id;
}
