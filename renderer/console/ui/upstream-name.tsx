import { useUpstreamNames } from '../api/plans.ts';

/** An upstream by its name, its id on hover; by its id where the name is not known, or it is gone. */
export function UpstreamName({ id }: { id: string }) {
  const name = useUpstreamNames().get(id);
  return name === undefined || name === id ? id : <span title={id}>{name}</span>;
}
