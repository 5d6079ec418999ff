import type { List } from '../../../gateway/contract/common.ts';
import type { OwnTicket } from '../../../gateway/contract/tickets.ts';
import { useSession } from '../session/session.tsx';
import { useLoaded } from '../session/use-loaded.ts';
import { ButtonLink, Card, FailureNotice, Quiet, Row, Skeleton, Stack, Title } from '../ui/kit.tsx';
import { TicketList } from './ticket-list.tsx';

export function RequestsScreen() {
  const { words, reload } = useSession();
  const { requests } = words;
  const { value, failure } = useLoaded<List<OwnTicket>>('/api/me/requests?limit=200');
  return (
    <Stack>
      <Title>{requests.title}</Title>
      <Row>
        <ButtonLink to="/request" kind="primary">
          {requests.new}
        </ButtonLink>
        <ButtonLink to="/support">{requests.support}</ButtonLink>
      </Row>
      <Card>
        {failure && <FailureNotice failure={failure} onRetry={reload} />}
        {!value && !failure && <Skeleton label={words.loading} />}
        {value && value.items.length === 0 && <Quiet>{requests.empty}</Quiet>}
        {value && value.items.length > 0 && <TicketList tickets={value.items} />}
      </Card>
    </Stack>
  );
}
