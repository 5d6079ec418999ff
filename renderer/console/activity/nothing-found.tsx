import { IconHistory } from '@tabler/icons-react';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { NoMatch } from '../ui/no-match.tsx';

interface NothingFoundProps {
  isFiltered: boolean;
  /** When nothing has happened at all. */
  title: string;
  text: string;
  onClear(): void;
}

/** Nothing yet, or nothing that matches. */
export function NothingFound({ isFiltered, title, text, onClear }: NothingFoundProps) {
  if (isFiltered) return <NoMatch onClear={onClear} />;
  return <EmptyPanel icon={<IconHistory size={36} />} title={title} text={text} />;
}
