/** The people of the demo: invented, at example.com, each with a way of working. */
import type { UserStatus } from '../db/json-columns.ts';

/** How much of their limit people use in a whole month. */
export const PACES = { heavy: 0.7, regular: 0.38, light: 0.12, idle: 0, never: 0 } as const;
export type Pace = keyof typeof PACES;

export interface Person {
  readonly name: string;
  readonly department: DepartmentId;
  readonly plan: string;
  readonly pace: Pace;
  readonly locale: 'pt-BR' | 'en';
  /** A limit of their own; null = unlimited. */
  readonly limit?: number | null;
  /**
   * How much of the limit is used now, if there were days enough for it; over 1 eats into bought credits. Few are near
   * their limits, so that the alerts about them can be read at a glance.
   */
  readonly usedNow?: number;
  /** Credits bought in this period. */
  readonly bought?: number;
  readonly status?: UserStatus;
  /** Joined within the shown history. */
  readonly newcomer?: boolean;
  /** A service account: no e-mail, day and night. */
  readonly service?: boolean;
}

export const DEPARTMENTS = [
  { id: 'engineering', en: 'Engineering', 'pt-BR': 'Engenharia' },
  { id: 'product', en: 'Product & Design', 'pt-BR': 'Produto e Design' },
  { id: 'marketing', en: 'Marketing', 'pt-BR': 'Marketing' },
  { id: 'legal', en: 'Legal', 'pt-BR': 'Jurídico' },
  { id: 'care', en: 'Customer Care', 'pt-BR': 'Atendimento' },
  { id: 'finance', en: 'Finance', 'pt-BR': 'Financeiro' },
] as const;
export type DepartmentId = (typeof DEPARTMENTS)[number]['id'];

type More = Partial<Person>;

const person =
  (department: DepartmentId, locale: Person['locale'] = 'pt-BR') =>
  (name: string, plan: string, pace: Pace, more: More = {}): Person => ({
    name,
    department,
    plan,
    pace,
    locale,
    ...more,
  });

const engineering = person('engineering');
const product = person('product');
const marketing = person('marketing');
const legal = person('legal');
const care = person('care');
const finance = person('finance');
const abroad = { locale: 'en' } as const;

export const PEOPLE: readonly Person[] = [
  engineering('Ana Beatriz Nogueira', 'pro', 'heavy'),
  engineering('Rafael Tavares Lima', 'pro', 'heavy', { usedNow: 0.74 }),
  engineering('Mei-Ling Zhou', 'pro', 'regular', abroad),
  engineering('João Pedro Sarmento', 'pro', 'regular'),
  engineering('Priya Raghunathan', 'enterprise', 'light', abroad),
  engineering('Thiago Bastos Moura', 'pro', 'regular'),
  engineering('Kwame Adjei-Mensah', 'basic', 'heavy', { ...abroad, usedNow: 1.18, bought: 500_000 }),
  engineering('Larissa Fontes Prado', 'basic', 'regular', { newcomer: true }),
  engineering('Dmitri Volkonen', 'basic', 'light', abroad),
  engineering('Isabela Quadros', 'interns', 'regular', { usedNow: 0.75 }),
  product('Camila Rezende Porto', 'pro', 'regular'),
  product('Lucas Amaral Freire', 'basic', 'heavy', { usedNow: 0.965 }),
  product('Sofia Lindqvist', 'basic', 'regular', abroad),
  product('Bruno Cavalcanti Reis', 'basic', 'light'),
  product('Helena Prates', 'basic', 'regular'),
  product('Tomás Iturralde', 'trial', 'heavy', { ...abroad, usedNow: 1, newcomer: true }),
  marketing('Fernanda Couto Brandão', 'basic', 'heavy', { usedNow: 1 }),
  marketing('Gustavo Meireles', 'basic', 'regular'),
  marketing('Juliana Pacheco Vidal', 'basic', 'regular', { limit: 600_000, usedNow: 0.71 }),
  marketing('Chiara Bellandi', 'basic', 'light', abroad),
  marketing('André Luiz Farias', 'basic', 'light', { status: 'suspended' }),
  marketing('Natália Siqueira', 'interns', 'regular'),
  legal('Cláudia Monteverde', 'pro', 'regular'),
  legal('Roberto Assunção Dias', 'basic', 'light'),
  legal('Ingrid Haraldsen', 'basic', 'regular', { ...abroad, usedNow: 0.77 }),
  legal('Marcelo Pimentel', 'basic', 'idle'),
  care('Patrícia Gouveia', 'basic', 'regular'),
  care('Diego Estrela Ramos', 'basic', 'regular', { limit: 1_500_000 }),
  care('Aisha Bello', 'basic', 'heavy', { ...abroad, bought: 250_000, usedNow: 1.07 }),
  care('Vinícius Torres Leal', 'basic', 'light'),
  care('Renata Salgueiro', 'basic', 'regular'),
  care('Felipe Andrade Cruz', 'basic', 'light', { status: 'blocked' }),
  care('Yasmin Corrêa', 'trial', 'heavy', { newcomer: true, usedNow: 0.88 }),
  care('Otávio Brito', 'basic', 'never', { status: 'pending', newcomer: true }),
  finance('Mariana Castilho', 'enterprise', 'light', { limit: null }),
  finance('Eduardo Peixoto', 'basic', 'regular'),
  finance('Siobhan Kearney', 'basic', 'light', abroad),
  finance('Paulo Henrique Tozzi', 'basic', 'idle'),
  finance('Letícia Vasques', 'basic', 'regular'),
  finance('Hugo Sampaio', 'basic', 'never', { newcomer: true }),
  engineering('Nightly code review', 'pro', 'regular', { service: true }),
  care('Ticket triage', 'pro', 'heavy', { service: true }),
  product('Docs search', 'basic', 'regular', { service: true }),
];

/** `ana.nogueira@example.com`: first and last name without accents; null for service accounts. */
export function emailOf({ name, service }: Person): string | null {
  if (service) return null;
  const words = name
    .normalize('NFD')
    .replace(/[^A-Za-z -]/g, '')
    .toLowerCase()
    .split(' ');
  return `${words[0]}.${words.at(-1)}@example.com`;
}
