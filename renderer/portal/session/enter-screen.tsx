/** Where a mailed link leads. Seeing the page uses nothing up: mail scanners open links too. The button does. */
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Entered, Peek } from '../../../gateway/contract/portal.ts';
import { Button, ButtonLink, Card, Quiet, Skeleton, Stack, Title } from '../ui/kit.tsx';
import { useSession } from './session.tsx';

export function EnterScreen() {
  const { client, words, entered } = useSession();
  const [, navigate] = useLocation();
  const [link] = useState(() => window.location.hash.slice(1));
  const [peek, setPeek] = useState<Peek | null>(null);
  const [isBad, setIsBad] = useState(link === '');
  const [isEntering, setIsEntering] = useState(false);

  useEffect(() => {
    if (link === '') return;
    client.call<Peek>('/api/portal/link/peek', { body: { link } }).then(setPeek, () => setIsBad(true));
  }, [client, link]);

  const enter = async () => {
    setIsEntering(true);
    try {
      const answer = await client.call<Entered>('/api/portal/enter', { body: { link } });
      client.enter(answer);
      entered();
      navigate(answer.target, { replace: true });
    } catch {
      setIsBad(true);
    }
  };

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
  if (!peek) return <Skeleton label={words.loading} />;
  return (
    <Stack>
      <Title>{text.title}</Title>
      <Card>
        <Quiet>{text.as(peek.email)}</Quiet>
        <Button kind="primary" wide onClick={enter} disabled={isEntering}>
          {text.go}
        </Button>
        <ButtonLink to="/" kind="quiet">
          {text.other}
        </ButtonLink>
      </Card>
    </Stack>
  );
}
