import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { useChange } from '../api/use-change.ts';
import { useSafeguard } from '../safe-mode/use-safeguard.tsx';
import { useMay } from '../session/use-session.tsx';
import { type Action, ActionMenu } from '../ui/action-menu.tsx';
import { changeFor, type MoveName, moveValues, STALE_OF_MOVE } from './move-changes.ts';
import { MoveModal } from './move-modal.tsx';
import { nameOf } from './name-of.ts';
import { useMoveWords } from './use-move-words.ts';
import { WriteModal } from './write-modal.tsx';

/** All that can be done to a user, each with its reason. */
export function UserMoves({ user, onDeleted }: { user: User; onDeleted(): void }) {
  const { t } = useTranslation('users');
  const words = useMoveWords();
  const may = useMay();
  const [move, setMove] = useState<MoveName | null>(null);
  const [isWriting, setWriting] = useState(false);
  const { mutate } = useChange(STALE_OF_MOVE);
  const suspending = useSafeguard('userSuspend');
  const blocking = useSafeguard('userBlock');
  if (!may('admin')) return null;
  const isActive = user.status === 'active' || user.status === 'pending';
  const action = (name: MoveName, more: Partial<Action> = {}): Action => {
    return { id: `user.${name}`, label: t(`moves.${name}`), run: () => setMove(name), ...more };
  };
  const statusMoves = [
    ...(user.status === 'active' ? [] : ['activate' as const]),
    ...(isActive ? ['suspend' as const] : []),
    ...(user.status === 'blocked' ? [] : ['block' as const]),
    'reset' as const,
  ];

  /** In silence it is done without its dialog, and can be taken back from the toast. */
  const atOnce = (name: MoveName): Partial<Action> => {
    const isAtOnce = (name === 'suspend' && suspending.isAtOnce) || (name === 'block' && blocking.isAtOnce);
    if (!isAtOnce) return {};
    const values = { ...moveValues(user), reason: t('noReasonGiven') };
    return { run: () => mutate(changeFor(name, values, { user, ownLimit: 'inherit', suspendedUntil: null, words })) };
  };

  return (
    <>
      <ActionMenu
        width={240}
        rightSection={<IconChevronDown size={14} />}
        label={t('actions')}
        group={nameOf(user)}
        actions={[
          action('tokens'),
          action('limit'),
          action('plan'),
          action('edit', { keys: 'e', inDrawer: true }),
          ...(user.email === null ? [] : [{ id: 'user.write', label: t('write.open'), run: () => setWriting(true) }]),
          ...statusMoves.map((name, index) => action(name, { afterLine: index === 0, ...atOnce(name) })),
          action('delete', { isDanger: true, afterLine: true }),
        ]}
      />
      {isWriting && <WriteModal user={user} onClose={() => setWriting(false)} />}
      {move !== null && (
        <MoveModal key={move} move={move} user={user} onClose={() => setMove(null)} onDeleted={onDeleted} />
      )}
    </>
  );
}
