/** Where a mailed link leads. Seeing the page uses nothing up: mail scanners open links too. The button does. */
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Entered, Peek } from '../../../gateway/contract/portal.ts';
import { Button, ButtonLink, Card, FailureNotice, Quiet, Skeleton, Stack, Title } from '../ui/kit.tsx';
import { useSending } from '../ui/use-sending.ts';
import type { Failure } from './client.ts';
import { useSession } from './session.tsx';

export function EnterScreen() {
  const { client, words, entered } = useSession();
  const [, navigate] = useLocation();
  const [link] = useState(() => window.location.hash.slice(1));
  const [peek, setPeek] = useState<Peek | null>(null);
  const [isBad, setIsBad] = useState(link === '');
  const { failure, isSending, send } = useSending({
    refuse(failed) {
      if (isOfLink(failed)) setIsBad(true);
      return isOfLink(failed);
    },
  });

  const look = () => send(async () => setPeek(await client.call<Peek>('/api/portal/link/peek', { body: { link } })));
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at once by itself
  useEffect(() => {
    if (link !== '') void look();
  }, [link]);

  const enter = () =>
    send(async () => {
      const answer = await client.call<Entered>('/api/portal/enter', { body: { link } });
      client.enter(answer);
      entered();
      navigate(answer.target, { replace: true });
    });

  const { enter: text } = words;
  if (isBad) {
    return (
      <Stack>
        <Title text={text.bad}>{text.badTitle}</Title>
        <div>
          <ButtonLink to="/" kind="primary">
            {text.newLink}
          </ButtonLink>
        </div>
      </Stack>
    );
  }
  if (!peek && failure) return <FailureNotice failure={failure} onRetry={() => void look()} />;
  if (!peek) return <Skeleton label={words.loading} />;
  return (
    <Stack>
      <Title>{text.title}</Title>
      <Card>
        <Quiet>{text.as(peek.email)}</Quiet>
        {failure && <FailureNotice failure={failure} />}
        <Button kind="primary" wide onClick={() => void enter()} disabled={isSending}>
          {text.go}
        </Button>
        <ButtonLink to="/" kind="quiet">
          {text.other}
        </ButtonLink>
      </Card>
    </Stack>
  );
}

/** Whether the link itself was refused, and not merely this try. */
function isOfLink({ status, code }: Failure): boolean {
  return code === 'link_not_valid' || status === 400;
}
