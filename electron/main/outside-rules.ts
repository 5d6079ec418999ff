/** Which addresses the app hands to the system's browser or mail program. No Electron in here. */
import { ORIGIN } from './pages.ts';

/** Where release notes and documentation lie. */
const HOSTS: readonly string[] = ['github.com'];
/** What the console links to that the gateway serves to browsers. */
const GATEWAY_PAGES = /^\/(portal|api\/docs|admin)(\/|$)/;
const LONGEST = 2_048;

/**
 * The address to open outside, as it is to be opened; null for everything that is not known to be harmless. Parsed and
 * compared by its parts; schemes other than https and mailto start programs, so none of them passes.
 *
 * @param gateway origin of the running gateway, whose pages may be opened in a browser; null while there is none
 */
export function outsideAddress(address: string, gateway: string | null): string | null {
  if (address.length > LONGEST || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return null;
  if (url.protocol === 'mailto:') return mailAddress(url);
  if (url.protocol === 'https:' && url.port === '' && HOSTS.includes(url.hostname)) return url.href;
  const isGateways = url.origin === gateway || (url.protocol === 'app:' && `app://${url.host}` === ORIGIN);
  if (gateway === null || !isGateways || !GATEWAY_PAGES.test(url.pathname)) return null;
  return new URL(url.pathname + url.search, gateway).href;
}

/** One recipient and a subject; what else mail programs obey (attachments, copies, bodies) is left out. */
function mailAddress({ pathname, searchParams }: URL): string | null {
  if (!/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(pathname)) return null;
  const subject = searchParams.get('subject');
  return `mailto:${pathname}${subject === null ? '' : `?subject=${encodeURIComponent(subject.replace(/\p{Cc}/gu, ' '))}`}`;
}
