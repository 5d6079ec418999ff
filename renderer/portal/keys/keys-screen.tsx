import { type FormEvent, useState } from 'react';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { List } from '../../../gateway/contract/common.ts';
import type { CreatedOwnKey, OwnKey } from '../../../gateway/contract/portal.ts';
import { coverSecret } from '../../shared/format/cover-secret.ts';
import { useCopy } from '../../shared/hooks/use-copy.ts';
import { textFault } from '../i18n/words.ts';
import { useSession } from '../session/session.tsx';
import { useLoaded } from '../session/use-loaded.ts';
import { Button, Card, FailureNotice, Field, Notice, Quiet, Row, Skeleton, Stack, Title } from '../ui/kit.tsx';
import { useDraft } from '../ui/use-draft.ts';
import { useFaults } from '../ui/use-faults.ts';
import { useSending } from '../ui/use-sending.ts';
import { KeyItem } from './key-item.tsx';
import css from './keys.module.css';

export function KeysScreen() {
  const { client, words, reload } = useSession();
  const { keys } = words;
  const { value, failure } = useLoaded<List<OwnKey>>('/api/me/keys?limit=200');
  const draft = useDraft('key', { name: '' });
  const { name } = draft.values;
  const [made, setMade] = useState<CreatedOwnKey | null>(null);
  const faults = useFaults();
  const { failure: problem, isSending, clear, send } = useSending(faults);

  const make = async (event: FormEvent) => {
    event.preventDefault();
    clear();
    if (!faults.check({ name: textFault(words, name, LONGEST.name, 'name') })) return;
    await send(async () => {
      setMade(await client.call<CreatedOwnKey>('/api/me/keys', { body: { name } }));
      draft.reset();
      reload();
    });
  };
  return (
    <Stack>
      <Title text={keys.text}>{keys.title}</Title>
      {made && <Made made={made} onDone={() => setMade(null)} />}
      <Card>
        <form ref={faults.form} onSubmit={make} noValidate>
          <Stack>
            <Field label={keys.name} path="name" error={faults.at('name')}>
              {(ids) => (
                <input
                  {...ids}
                  required
                  placeholder={keys.namePlaceholder}
                  value={name}
                  onChange={(event) => draft.change({ name: event.target.value })}
                />
              )}
            </Field>
            {problem && <FailureNotice failure={problem} />}
            <div>
              <Button type="submit" disabled={isSending} {...(made ? {} : { kind: 'primary' })}>
                {keys.make}
              </Button>
            </div>
          </Stack>
        </form>
      </Card>
      <Card>
        {failure && <FailureNotice failure={failure} onRetry={reload} />}
        {!value && !failure && <Skeleton label={words.loading} />}
        {value && value.items.length === 0 && <Quiet>{keys.empty}</Quiet>}
        {value && value.items.length > 0 && (
          <ul className={css.list}>
            {value.items.map((key) => (
              <KeyItem key={key.id} item={key} onChanged={reload} />
            ))}
          </ul>
        )}
      </Card>
    </Stack>
  );
}

/** The one time that the secret is seen. */
function Made({ made, onDone }: { made: CreatedOwnKey; onDone(): void }) {
  const { words } = useSession();
  const { keys } = words;
  const [isShown, setIsShown] = useState(false);
  const { state, copy } = useCopy(() => setIsShown(true));
  return (
    <Notice tone="good" title={keys.madeTitle}>
      <p>{keys.made}</p>
      <code className={css.secret}>{isShown ? made.secret : coverSecret(made.secret, made.secret)}</code>
      <Row>
        <Button kind="primary" onClick={() => copy(made.secret)}>
          <span aria-live="polite">{state === 'copied' ? words.copied : words.copy}</span>
        </Button>
        <Button onClick={() => setIsShown(!isShown)}>{isShown ? words.conceal : words.reveal}</Button>
        <Button onClick={onDone}>{keys.done}</Button>
      </Row>
      {state === 'failed' && <p role="alert">{words.copyFailed}</p>}
    </Notice>
  );
}
