import { Button, Drawer, Group, Stack, Title } from '@mantine/core';
import type { FormEventHandler, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DraftNote } from '../drafts/draft-note.tsx';
import type { Draft } from '../drafts/use-draft.ts';
import { useSubject } from '../frame/subject.ts';
import type { Explained } from './explain-failure.ts';
import { FailureAlert } from './failure-alert.tsx';
import css from './form-drawer.module.css';
import { UnsavedGuard } from './unsaved-guard.tsx';
import { useLoneEscape } from './use-lone-escape.ts';

interface FormDrawerProps {
  title: string;
  /** Closing is a navigation: what is open stands in the address. */
  onClose(): void;
  /** Whether something was typed. */
  isDirty(): boolean;
  draft: Draft;
  /** Whether a secret was typed, which no draft keeps. */
  hasSecret?: () => boolean;
  onSubmit: FormEventHandler<HTMLFormElement>;
  busy: boolean;
  failure: Explained | null;
  submitLabel?: string | undefined;
  /** At the left of the foot: what removes the thing. */
  danger?: ReactNode;
  /** Whether saving makes sense only once something is changed: of what is there already. */
  isEdit: boolean;
  /** Shown, but not changed: for those who may not. */
  readOnly?: boolean;
  children: ReactNode;
}

/** A form beside the list. What was typed is not lost without a question. */
export function FormDrawer(props: FormDrawerProps) {
  const {
    title,
    onClose,
    isDirty,
    isEdit,
    onSubmit,
    busy,
    failure,
    submitLabel,
    danger,
    readOnly = false,
    children,
    draft,
  } = props;
  const { hasSecret = () => false } = props;
  const { t } = useTranslation();
  useLoneEscape(onClose);
  useSubject(title);
  return (
    <Drawer
      opened
      onClose={onClose}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': t('close') }}
      title={<Title order={2}>{title}</Title>}
      padding="md"
    >
      <UnsavedGuard isDirty={isDirty} isLost={() => isDirty() && hasSecret()} onDiscard={draft.drop} />
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <DraftNote draft={draft} />
          <FailureAlert failure={failure} />
          <fieldset className={css.fields} disabled={readOnly}>
            {children}
          </fieldset>
          {!readOnly && (
            <Group className={css.foot} justify="space-between">
              <div>{danger}</div>
              <Group gap="xs">
                <Button variant="default" onClick={onClose}>
                  {t('cancel')}
                </Button>
                <Button type="submit" loading={busy} disabled={isEdit && !isDirty()}>
                  {submitLabel ?? t('save')}
                </Button>
              </Group>
            </Group>
          )}
        </Stack>
      </form>
    </Drawer>
  );
}
