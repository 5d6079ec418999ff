import { type FormEvent, useState } from 'react';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { OwnKey } from '../../../gateway/contract/portal.ts';
import { textFault } from '../i18n/words.ts';
import { useSession } from '../session/session.tsx';
import { formatDate } from '../ui/dates.ts';
import { Button, FailureNotice, Field, Row, Stack } from '../ui/kit.tsx';
import { useFaults } from '../ui/use-faults.ts';
import { useSending } from '../ui/use-sending.ts';
import css from './keys.module.css';

type Doing = 'nothing' | 'renaming' | 'revoking';

export function KeyItem({ item, onChanged }: { item: OwnKey; onChanged(): void }) {
  const { client, words, locale } = useSession();
  const { keys } = words;
  const [doing, setDoing] = useState<Doing>('nothing');
  const [name, setName] = useState(item.name);
  const faults = useFaults();
  const { failure, isSending, clear, send } = useSending(faults);

  const change = (method: 'PUT' | 'DELETE', body?: unknown) =>
    send(async () => {
      await client.call(`/api/me/keys/${item.id}`, { method, body });
      setDoing('nothing');
      onChanged();
    });
  const rename = (event: FormEvent) => {
    event.preventDefault();
    clear();
    if (faults.check({ name: textFault(words, name, LONGEST.name, 'name') })) void change('PUT', { name });
  };
  const used = item.lastUsedAt === null ? keys.unused : keys.used(formatDate(item.lastUsedAt, locale));
  return (
    <li className={css.item}>
      <div className={css.head}>
        <strong className={css.name}>{item.name}</strong>
        <code>{item.masked}</code>
      </div>
      <span className={css.about}>
        {keys.created(formatDate(item.createdAt, locale))}
        {' · '}
        {used}
      </span>
      {failure && <FailureNotice failure={failure} />}
      {doing === 'nothing' && (
        <Row>
          <Button kind="quiet" onClick={() => setDoing('renaming')}>
            {keys.rename}
          </Button>
          <Button kind="quiet" onClick={() => setDoing('revoking')}>
            {keys.revoke}
          </Button>
        </Row>
      )}
      {doing === 'renaming' && (
        <form ref={faults.form} onSubmit={rename} noValidate>
          <Stack>
            <Field label={keys.rename} path="name" error={faults.at('name')}>
              {(ids) => <input {...ids} required value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <Row>
              <Button kind="primary" type="submit" disabled={isSending}>
                {keys.save}
              </Button>
              <Button kind="quiet" onClick={() => setDoing('nothing')}>
                {words.cancel}
              </Button>
            </Row>
          </Stack>
        </form>
      )}
      {doing === 'revoking' && (
        <Row>
          <span>{keys.revokeSure(item.name)}</span>
          <Button kind="danger" disabled={isSending} onClick={() => void change('DELETE')}>
            {keys.revokeNow}
          </Button>
          <Button kind="quiet" onClick={() => setDoing('nothing')}>
            {words.cancel}
          </Button>
        </Row>
      )}
    </li>
  );
}
