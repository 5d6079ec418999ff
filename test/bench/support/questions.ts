/**
 * What the console, the portal and scripts can ask of the API: every GET route that the OpenAPI document names, with the
 * filters, orders and ranges of the screens. A route that is neither asked nor excused is a problem, so that none is forgotten.
 */

export interface Question {
  readonly path: string;
  /** Who asks. */
  readonly as: 'operator' | 'member';
}

/** Reads an answer of the API. */
export type Ask = (
  path: string,
  as?: Question['as'],
) => Promise<{ items?: { id: string }[]; nextCursor?: string | null }>;

/** Why a route is no list or chart. */
const EXCUSED: Record<string, string> = {
  '/api/events': 'a stream',
  '/api/admin/users/{id}/export': 'a download',
  '/api/me/export': 'a download',
  '/api/admin/audit/export': 'a download',
  '/api/admin/backups/{name}/file': 'a download',
  '/api/admin/audit/verify': 'a check of the whole log',
  '/api/admin/models/{id}': 'a row by its key, and nobody has set a model',
  '/api/admin/jobs/{id}': 'a row by its key, and nobody has started a job',
  '/api/admin/jobs/{id}/file': 'a file as it lies on the disk, and nobody has exported one',
};

const USERS_SORTS =
  'email name status plan department monthlyLimit used credits held available usagePercent createdAt lastSeenAt';
const GROUPS = ['user', 'department', 'model', 'upstream', 'day', 'month'];

/** Queries of each route, without `limit`. @param day so many days before today, as `YYYY-MM-DD` */
function queriesOf(user: string, day: (back: number) => string): Record<string, readonly string[]> {
  const instant = (back: number) => String(Date.parse(day(back)));
  return {
    '/api/admin/users': [
      '',
      ...USERS_SORTS.split(' ').flatMap((sort) => [`sort=${sort}`, `sort=-${sort}`]),
      'search=person00',
      'search=9%40example',
      'search=nobody',
      'search=person&sort=-used',
      'status=active,pending&plan=pro&department=unit-03,unit-04',
      'status=suspended,blocked',
      'department=none&sort=-usagePercent',
      'usageLevel=high,critical,exhausted',
      'usageLevel=low&sort=-used&search=person',
      `dateRange=${day(700)}..${day(1)}&dateField=lastSeenAt`,
      'lastSeen=%3E30d&status=active',
      `created=${day(700)}..${day(1)}&kind=person`,
      'usagePercent=50..80&credits=%3E0',
      'available=%3C1000&monthlyLimit=%3E0&used=%3E0&sort=-used',
      'monthlyLimit=none&lastSeen=never',
    ],
    '/api/admin/usage': [
      '',
      ...['pending', 'ok', 'client_aborted', 'upstream_broke', 'upstream_error', 'interrupted'].map(
        (outcome) => `outcome=${outcome}`,
      ),
      'outcome=ok,client_aborted',
      'outcome=upstream_broke,upstream_error,interrupted',
      'model=model-3',
      'model=no-such-model',
      'model=model-3&outcome=client_aborted',
      'model=model-3&outcome=upstream_broke',
      `model=model-5&from=${day(729)}&to=${day(365)}`,
      `model=no-such-model&outcome=ok&from=${day(729)}`,
      `user=${user}`,
      `user=${user}&model=model-3`,
      `user=${user}&outcome=client_aborted`,
      `user=${user}&from=${day(300)}&to=${day(10)}&sort=createdAt`,
      `from=${day(200)}&to=${day(190)}`,
      `from=${day(729)}&outcome=client_aborted`,
      `outcome=upstream_broke&from=${day(30)}`,
      `outcome=pending&from=${day(729)}&to=${day(30)}`,
      'sort=createdAt',
      'upstream=no-such-upstream',
      `upstream=no-such-upstream&outcome=ok&from=${day(729)}`,
      'upstream=no-such-upstream&model=model-3&sort=createdAt',
    ],
    '/api/admin/ledger': [
      '',
      'kind=debit',
      'kind=grant,purchase,bonus,compensation',
      'kind=reset',
      'sort=createdAt',
      `user=${user}&from=${day(200)}`,
      `user=${user}&kind=debit`,
      `user=${user}&kind=grant`,
      `kind=bonus&from=${day(729)}&to=${day(300)}`,
    ],
    '/api/admin/refusals': [
      '',
      'code=insufficient_quota',
      'code=model_not_allowed',
      'code=no_such_code',
      `user=${user}`,
      `user=${user}&code=rate_limit_exceeded`,
      `code=no_such_code&from=${day(729)}&to=${day(1)}`,
      `from=${day(729)}&to=${day(365)}`,
    ],
    '/api/admin/reports/quality': ['', `from=${day(29)}`, `from=${day(364)}`, `from=${day(729)}&to=${day(365)}`],
    '/api/admin/reports/usage': [
      '',
      ...GROUPS.flatMap((group) => [
        `groupBy=${group}`,
        `groupBy=${group}&from=${day(29)}&to=${day(0)}`,
        `groupBy=${group}&from=${day(364)}&to=${day(1)}`,
        `groupBy=${group}&from=${day(729)}&to=${day(0)}`,
        `groupBy=${group}&from=${day(722)}&to=${day(9)}`,
        `groupBy=${group}&from=${day(723)}&to=${day(6)}&model=model-3`,
        `groupBy=${group}&from=${day(363)}&to=${day(8)}&model=model-3,model-5`,
        `groupBy=${group}&from=${day(729)}&to=${day(0)}&department=unit-03,none`,
        `groupBy=${group}&from=${day(719)}&to=${day(11)}&department=unit-03&model=model-1`,
        `groupBy=${group}&from=${day(729)}&to=${day(0)}&user=${user}`,
        `groupBy=${group}&from=${day(729)}&to=${day(0)}&user=${user}&model=model-3`,
        `groupBy=${group}&compare=previous`,
        `groupBy=${group}&from=${day(364)}&to=${day(0)}&compare=year`,
        `groupBy=${group}&from=${day(363)}&to=${day(8)}&compare=previous&model=model-3`,
      ]),
    ],
    '/api/admin/requests': [
      'status=open&sort=dueAt',
      'status=asked&sort=-updatedAt',
      'status=approved,rejected,answered,withdrawn&sort=-updatedAt',
      'sort=-createdAt',
      'sort=urgency',
      'sort=-amount',
      'kind=credits&urgency=high,critical',
      'overdue=true',
      'overdue=false&sort=-number',
      'search=quarter',
      'search=nothing like that',
      'search=1042',
      `user=${user}`,
    ],
    '/api/admin/alerts': [
      '',
      'status=resolved',
      'status=all',
      'status=resolved&kind=blocked,anomaly',
      'status=all&kind=system',
      'status=all&sort=-resolvedAt',
      'status=all&sort=kind',
      'status=all&search=person00',
      'status=all&search=nobody',
      `status=all&user=${user}`,
    ],
    '/api/admin/outbox': [
      '',
      'status=waiting',
      'status=dead',
      'status=sent',
      'status=skipped,discarded',
      'kind=warning&status=sent',
      'sort=-sentAt',
      'sort=kind',
      'sort=nextAttemptAt',
      'search=person00',
      'search=nobody',
      `user=${user}`,
    ],
    '/api/admin/audit': [
      '',
      'action=user',
      'action=ticket.approved',
      'action=packet',
      'actorKind=system',
      'actorKind=key',
      'search=alert',
      'search=nothing',
      `target=${user}`,
      `from=${instant(700)}&to=${instant(300)}`,
      `action=packet&from=${instant(700)}&to=${instant(300)}`,
      'sort=at',
    ],
    '/api/admin/keys': ['', 'kind=personal', 'revoked=false', 'search=bench', `user=${user}&kind=personal`],
    '/api/admin/jobs': ['', 'kind=backup&status=failed'],
    '/api/admin/settings/retention-preview': ['days=365', 'days=32'],
    '/api/admin/views': ['list=users'],
    '/api/admin/mail/preview': ['kind=monthly_report&locale=pt-BR'],
    '/api/admin/departments': ['', 'search=unit'],
    '/api/admin/users/{id}/usage': ['', 'model=model-3', `from=${day(500)}&to=${day(100)}`, 'outcome=upstream_error'],
    '/api/admin/users/{id}/ledger': ['', 'kind=debit', `from=${day(500)}&to=${day(100)}`, 'kind=grant'],
    '/api/me/usage': ['', 'model=model-3', `from=${day(500)}`],
    '/api/me/ledger': ['', `from=${day(500)}&to=${day(100)}`],
    '/api/me/requests': ['', 'status=open,asked'],
  };
}

/**
 * All questions, each list with a page further on, too.
 *
 * @param ask answers of a gateway on the filled database; @param userId somebody of the filled team
 */
export async function allQuestions(ask: Ask, userId: string): Promise<{ questions: Question[]; problems: string[] }> {
  const document = (await ask('/api/openapi.json')) as { paths?: Record<string, { get?: unknown }> };
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, { get }]) => (get ? [path] : []));
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const queries = queriesOf(userId, day);
  const problems = Object.keys(queries)
    .filter((route) => !routes.includes(route))
    .map((route) => `There is no route ${route}.`);
  const questions: Question[] = [];
  for (const route of routes) {
    if (route in EXCUSED || !/^\/(api|health)/.test(route)) continue;
    const as = route.startsWith('/api/me') ? 'member' : 'operator';
    const id = route.includes('{id}') ? await firstIdOf(ask, route, as, userId) : '';
    if (id === null) {
      problems.push(`There is nothing to ask ${route} for.`);
      continue;
    }
    const plain = route.replace('{id}', encodeURIComponent(id));
    const [first = '', ...others] = queries[route] ?? [''];
    for (const query of [first, ...others]) questions.push({ path: query === '' ? plain : `${plain}?${query}`, as });
    const { nextCursor } = await ask(`${plain}?${first}`, as).catch((error: Error) => {
      problems.push(error.message);
      return { nextCursor: null };
    });
    if (nextCursor) questions.push({ path: `${plain}?${first}&cursor=${encodeURIComponent(nextCursor)}`, as });
  }
  return { questions, problems };
}

async function firstIdOf(ask: Ask, route: string, as: Question['as'], userId: string): Promise<string | null> {
  if (route.startsWith('/api/admin/users/')) return userId;
  const list = route.slice(0, route.indexOf('/{id}'));
  const { items } = await ask(`${list}${list.endsWith('/alerts') ? '?status=all' : ''}`, as);
  return items?.[0]?.id ?? null;
}
