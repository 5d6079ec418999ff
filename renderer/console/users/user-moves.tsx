import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { useMay } from '../session/use-session.tsx';
import { MoveModal, type MoveName } from './move-modal.tsx';
import { WriteModal } from './write-modal.tsx';

/** All that can be done to a user, each with its reason. */
export function UserMoves({ user, onDeleted }: { user: User; onDeleted(): void }) {
  const { t } = useTranslation('users');
  const may = useMay();
  const [move, setMove] = useState<MoveName | null>(null);
  const [isWriting, setWriting] = useState(false);
  if (!may('admin')) return null;
  const isActive = user.status === 'active' || user.status === 'pending';

  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button size="xs" rightSection={<IconChevronDown size={14} />}>
            {t('actions')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setMove('tokens')}>{t('moves.tokens')}</Menu.Item>
          <Menu.Item onClick={() => setMove('limit')}>{t('moves.limit')}</Menu.Item>
          <Menu.Item onClick={() => setMove('plan')}>{t('moves.plan')}</Menu.Item>
          <Menu.Item onClick={() => setMove('edit')}>{t('moves.edit')}</Menu.Item>
          {user.email !== null && <Menu.Item onClick={() => setWriting(true)}>{t('write.open')}</Menu.Item>}
          <Menu.Divider />
          {user.status !== 'active' && <Menu.Item onClick={() => setMove('activate')}>{t('moves.activate')}</Menu.Item>}
          {isActive && <Menu.Item onClick={() => setMove('suspend')}>{t('moves.suspend')}</Menu.Item>}
          {user.status !== 'blocked' && <Menu.Item onClick={() => setMove('block')}>{t('moves.block')}</Menu.Item>}
          <Menu.Item onClick={() => setMove('reset')}>{t('moves.reset')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => setMove('delete')}>
            {t('moves.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isWriting && <WriteModal user={user} onClose={() => setWriting(false)} />}
      {move !== null && (
        <MoveModal key={move} move={move} user={user} onClose={() => setMove(null)} onDeleted={onDeleted} />
      )}
    </>
  );
}
