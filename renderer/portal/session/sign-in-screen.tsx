import { type FormEvent, useEffect, useState } from 'react';
import { LONGEST, PATTERNS } from '../../../gateway/contract/bounds.ts';
import type { Entered, PortalInfo } from '../../../gateway/contract/portal.ts';
import { textFault } from '../i18n/words.ts';
import { Button, Card, FailureNotice, Field, Notice, Quiet, Skeleton, Stack, Title } from '../ui/kit.tsx';
import { useFaults } from '../ui/use-faults.ts';
import { useSending } from '../ui/use-sending.ts';
import { useSession } from './session.tsx';

/** The page that is wanted, as the link in the mail will lead back to it. */
function wantedTarget(): string {
  const path = window.location.pathname.replace(/^\/portal/, '') || '/';
  return path.startsWith('/enter') ? '/' : path + window.location.search;
}

export function SignInScreen() {
  const { client, words, hasEnded } = useSession();
  const [info, setInfo] = useState<PortalInfo | null>(null);
  const [byKey, setByKey] = useState(false);
  const { failure, send } = useSending();

  const ask = () => send(async () => setInfo(await client.call<PortalInfo>('/api/portal')));
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once by itself
  useEffect(() => void ask(), [client]);

  const { signIn } = words;
  if (!info && failure) return <FailureNotice failure={failure} onRetry={() => void ask()} />;
  if (!info) return <Skeleton label={words.loading} />;
  const asksForKey = byKey || !info.emailSignIn;
  return (
    <Stack>
      <Title text={signIn.text}>{signIn.title}</Title>
      {hasEnded && <Notice tone="bad" title={signIn.ended} />}
      <Card>
        {!info.emailSignIn && <Quiet>{signIn.noMail}</Quiet>}
        {asksForKey ? <KeyForm /> : <LinkForm />}
        {asksForKey && !info.emailSignIn && (
          <Quiet>{info.contactEmail ? signIn.contact(info.contactEmail) : signIn.noContact}</Quiet>
        )}
        {info.emailSignIn && (
          <Button kind="quiet" onClick={() => setByKey(!byKey)}>
            {byKey ? signIn.orEmail : signIn.orKey}
          </Button>
        )}
      </Card>
    </Stack>
  );
}

function LinkForm() {
  const { client, words } = useSession();
  const { signIn } = words;
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState<{ minutes: number } | null>(null);
  const faults = useFaults();
  const { failure, isSending, clear, send } = useSending(faults);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    clear();
    const isAddress = PATTERNS.recipient.test(email.trim());
    const problem = isAddress ? textFault(words, email, LONGEST.userEmail, 'email') : words.errors.fields.email;
    if (!faults.check({ email: problem ?? null })) return;
    const body = { email: email.trim(), target: wantedTarget() };
    await send(async () => setSent(await client.call('/api/portal/link', { body })));
  };

  if (sent) {
    return (
      <>
        <Notice tone="good" title={signIn.sentTitle}>
          <p>{signIn.sent(email, sent.minutes)}</p>
        </Notice>
        <Button onClick={() => setSent(null)}>{signIn.again}</Button>
      </>
    );
  }
  return (
    <form ref={faults.form} onSubmit={submit} noValidate>
      <Stack>
        <Field label={signIn.email} path="email" error={faults.at('email')}>
          {(ids) => (
            <input
              {...ids}
              type="email"
              required
              autoComplete="email"
              inputMode="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        {failure && <FailureNotice failure={failure} />}
        <Button kind="primary" type="submit" wide disabled={isSending}>
          {isSending ? signIn.sending : signIn.send}
        </Button>
      </Stack>
    </form>
  );
}

function KeyForm() {
  const { client, words, entered } = useSession();
  const { signIn } = words;
  const [key, setKey] = useState('');
  const faults = useFaults();
  const { failure, isSending, clear, send } = useSending({
    refuse(failed) {
      // A key that is refused is what stands in the one field.
      const isKey = failed.code === 'invalid_key' || failed.code === 'invalid_input';
      const isNamed = failed.field === null || failed.field === 'key';
      return isNamed && (isKey || failed.field !== null) && faults.refuse(failed.at('key'));
    },
  });

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    clear();
    if (!faults.check({ key: textFault(words, key, LONGEST.personalKey, 'key') })) return;
    await send(async () => {
      client.enter(await client.call<Entered>('/api/portal/enter', { body: { key: key.trim() } }));
      entered();
    });
  };
  return (
    <form ref={faults.form} onSubmit={enter} noValidate>
      <Stack>
        <Field label={signIn.key} path="key" hint={signIn.keyHint} error={faults.at('key')}>
          {(ids) => (
            <input
              {...ids}
              type="password"
              required
              autoComplete="off"
              spellCheck={false}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        {failure && <FailureNotice failure={failure} />}
        <Button kind="primary" type="submit" wide disabled={isSending}>
          {signIn.enter}
        </Button>
      </Stack>
    </form>
  );
}
