import { type FormEvent, useEffect, useState } from 'react';
import type { Entered, PortalInfo } from '../../../gateway/contract/portal.ts';
import { failureText } from '../i18n/words.ts';
import { Button, Card, Field, Notice, Quiet, Skeleton, Stack, Title } from '../ui/kit.tsx';
import { Failure } from './client.ts';
import { useSession } from './session.tsx';

/** The page that is wanted, as the link in the mail will lead back to it. */
function wantedTarget(): string {
  const path = window.location.pathname.replace(/^\/portal/, '') || '/';
  return path.startsWith('/enter') ? '/' : path + window.location.search;
}

export function SignInScreen() {
  const { client, words } = useSession();
  const [info, setInfo] = useState<PortalInfo | null>(null);
  const [byKey, setByKey] = useState(false);

  useEffect(() => {
    client.call<PortalInfo>('/api/portal').then(setInfo, () => setInfo(null));
  }, [client]);

  const { signIn } = words;
  if (!info) return <Skeleton label={words.loading} />;
  const asksForKey = byKey || !info.emailSignIn;
  return (
    <Stack>
      <Title text={signIn.text}>{signIn.title}</Title>
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
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setIsSending(true);
    setFailure(null);
    try {
      setSent(await client.call('/api/portal/link', { body: { email, target: wantedTarget() } }));
    } catch (error) {
      if (error instanceof Failure) setFailure(error);
    } finally {
      setIsSending(false);
    }
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
    <form onSubmit={send}>
      <Stack>
        <Field label={signIn.email} error={failure && failureText(words, failure)}>
          {(ids) => (
            <input
              {...ids}
              type="email"
              required
              autoComplete="email"
              inputMode="email"
              maxLength={320}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
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
  const [failure, setFailure] = useState<Failure | null>(null);

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    try {
      client.enter(await client.call<Entered>('/api/portal/enter', { body: { key: key.trim() } }));
      entered();
    } catch (error) {
      if (error instanceof Failure) setFailure(error);
    }
  };
  return (
    <form onSubmit={enter}>
      <Stack>
        <Field label={signIn.key} hint={signIn.keyHint} error={failure && failureText(words, failure)}>
          {(ids) => (
            <input
              {...ids}
              type="password"
              required
              autoComplete="off"
              spellCheck={false}
              maxLength={200}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" wide>
          {signIn.enter}
        </Button>
      </Stack>
    </form>
  );
}
