/** Pure: what people read in their chat when a request of theirs is refused, beside the quota's sentence. */
import { RANGES } from '../contract/bounds.ts';
import { dateFormat } from '../contract/formatters.ts';
import type { Locale } from './quota-reply.ts';
import { firstCharacters, LONGEST_SENTENCE, onOneLine } from './refusal.ts';

export interface UserSentences {
  readonly pending: string;
  readonly removed: string;
  readonly reserved: string;
  readonly knownUsersOnly: string;
  readonly emailDomain: string;
  readonly tooManyNewUsers: string;
  readonly unnamed: string;
  modelNotAllowed(model: string): string;
  rate(perMinute: number): string;
  temporaryRate(perMinute: number, until: string): string;
  concurrency(limit: number): string;
  suspended(until: string | null): string;
  readonly blocked: string;
  reason(reason: string): string;
}

const SENTENCES: Readonly<Record<Locale, UserSentences>> = {
  en: {
    pending: 'Your account waits for an administrator to approve it.',
    removed: 'Your account was removed. Ask the administrator.',
    reserved: 'Your tokens are reserved by your other requests that are still running. Please try again in a moment.',
    knownUsersOnly: 'This gateway serves known users only. Ask its administrator to add you.',
    emailDomain: 'This gateway does not serve users of your e-mail domain.',
    tooManyNewUsers: 'Too many new users were seen within an hour. Ask the administrator, or try again later.',
    unnamed:
      'The request names no user, and its key names no service account that pays for such requests. Ask the administrator.',
    modelNotAllowed: (model) => `The model '${model}' is not part of your plan.`,
    rate: (perMinute) => `More than ${perMinute} ${perMinute === 1 ? 'request' : 'requests'} a minute.`,
    temporaryRate: (perMinute, until) =>
      `Your account is limited to ${perMinute} ${perMinute === 1 ? 'request' : 'requests'} a minute until ${until}, because its use was unusual.`,
    concurrency: (limit) => `More than ${limit} ${limit === 1 ? 'request' : 'requests'} at once.`,
    suspended: (until) => `Your account is suspended${until === null ? '' : ` until ${until}`}.`,
    blocked: 'Your account is blocked.',
    reason: (reason) => `Reason: ${reason}`,
  },
  'pt-BR': {
    pending: 'Sua conta aguarda a aprovação de um administrador.',
    removed: 'Sua conta foi removida. Fale com o administrador.',
    reserved:
      'Seus tokens estão reservados por outras requisições suas ainda em andamento. Tente de novo em alguns instantes.',
    knownUsersOnly: 'Este gateway atende apenas usuários conhecidos. Peça ao administrador que inclua você.',
    emailDomain: 'Este gateway não atende usuários do domínio do seu e-mail.',
    tooManyNewUsers:
      'Muitos usuários novos apareceram em uma hora. Fale com o administrador ou tente de novo mais tarde.',
    unnamed:
      'A requisição não diz quem é o usuário, e a chave não tem uma conta de serviço que pague por requisições assim. Fale com o administrador.',
    modelNotAllowed: (model) => `O modelo '${model}' não faz parte do seu plano.`,
    rate: (perMinute) => `Mais de ${perMinute} ${perMinute === 1 ? 'requisição' : 'requisições'} por minuto.`,
    temporaryRate: (perMinute, until) =>
      `Sua conta está limitada a ${perMinute} ${perMinute === 1 ? 'requisição' : 'requisições'} por minuto até ${until}, porque o uso foi incomum.`,
    concurrency: (limit) => `Mais de ${limit} ${limit === 1 ? 'requisição' : 'requisições'} ao mesmo tempo.`,
    suspended: (until) => `Sua conta está suspensa${until === null ? '' : ` até ${until}`}.`,
    blocked: 'Sua conta está bloqueada.',
    reason: (reason) => `Motivo: ${reason}`,
  },
};

export function userSentences(locale: Locale): UserSentences {
  return SENTENCES[locale];
}

/** A sentence with an operator's reason behind it, as much of it as is shown. */
export function withReason(locale: Locale, sentence: string, reason: string | null): string {
  const told = reason && onOneLine(reason);
  return told ? firstCharacters(`${sentence} ${SENTENCES[locale].reason(told)}`, LONGEST_SENTENCE) : sentence;
}

/** `21 November 2026 at 09:30 (UTC)`; what no date can hold is told as the last instant that one can. */
export function minuteOf(at: number, locale: Locale, timeZone: string): string {
  const { least, most } = RANGES.instant;
  const told = Math.min(Math.max(at, least), most);
  return `${dateFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(told)} (${timeZone})`;
}
