import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** Leads to everything about a user; called by the id where there is no name any more. */
export function UserLink({ id, name }: { id: string; name: string | null }) {
  return <Anchor renderRoot={(props) => <Link to="/users" search={{ user: id }} {...props} />}>{name ?? id}</Anchor>;
}
