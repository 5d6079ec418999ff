import { Route, Router, Switch, useLocation } from 'wouter';
import { Frame } from './frame.tsx';
import { HomeScreen } from './home/home-screen.tsx';
import { KeysScreen } from './keys/keys-screen.tsx';
import { RequestScreen } from './request/request-screen.tsx';
import { RequestDetailScreen } from './requests/request-detail-screen.tsx';
import { RequestsScreen } from './requests/requests-screen.tsx';
import { EnterScreen } from './session/enter-screen.tsx';
import { SessionProvider, useSession } from './session/session.tsx';
import { SignInScreen } from './session/sign-in-screen.tsx';
import { SettingsScreen } from './settings/settings-screen.tsx';
import { StatementScreen } from './statement/statement-screen.tsx';
import { SupportScreen } from './support/support-screen.tsx';
import { ButtonLink, FailureNotice, Skeleton, Stack, Title } from './ui/kit.tsx';

export function App() {
  return (
    <SessionProvider>
      <Router base="/portal">
        <Pages />
      </Router>
    </SessionProvider>
  );
}

/** Whoever is not signed in sees the sign-in in place of the page, and comes to the page afterwards. */
function Pages() {
  const { standing, me, failure, words, reload } = useSession();
  const [location] = useLocation();
  if (location === '/enter') {
    return (
      <Frame signedIn={false}>
        <EnterScreen />
      </Frame>
    );
  }
  if (standing === 'out') {
    return (
      <Frame signedIn={false}>
        <SignInScreen />
      </Frame>
    );
  }
  if (standing === 'asking' || !me) {
    return (
      <Frame signedIn={false}>
        {failure ? <FailureNotice failure={failure} onRetry={reload} /> : <Skeleton label={words.loading} />}
      </Frame>
    );
  }
  return (
    <Frame signedIn>
      <Switch>
        <Route path="/" component={HomeScreen} />
        <Route path="/statement" component={StatementScreen} />
        <Route path="/request" component={RequestScreen} />
        <Route path="/requests" component={RequestsScreen} />
        <Route path="/requests/:id">{({ id }) => <RequestDetailScreen id={id} />}</Route>
        <Route path="/support" component={SupportScreen} />
        <Route path="/keys" component={KeysScreen} />
        <Route path="/settings" component={SettingsScreen} />
        <Route component={NotFound} />
      </Switch>
    </Frame>
  );
}

function NotFound() {
  const { words } = useSession();
  return (
    <Stack>
      <Title text={words.notFound.text}>{words.notFound.title}</Title>
      <div>
        <ButtonLink to="/" kind="primary">
          {words.notFound.action}
        </ButtonLink>
      </div>
    </Stack>
  );
}
