/**
 * Pure: what is set about a model as its form holds it, and as the API takes it. Prices are in US dollars a million tokens,
 * fees in US dollars a thousand.
 */
import type { Model, UpdateModel } from '../../../gateway/contract/models.ts';

type Typed = number | '';

export interface ModelValues extends Record<string, unknown> {
  id: string;
  multiplier: Typed;
  /** Null = what is known of it anyway; undefined while nothing is typed. */
  maxOutputTokens: number | null | undefined;
  hasPrice: boolean;
  input: Typed;
  output: Typed;
  /** Empty = as other input. */
  cachedInput: Typed;
  /** Whether more than the price of tokens is set; what is empty then costs what is listed. */
  hasFees: boolean;
  webSearches: Typed;
  fileSearches: Typed;
  mapSearches: Typed;
  requests: Typed;
  /** Times the price of a token. */
  flex: Typed;
  priority: Typed;
  hasUnits: boolean;
  image: Typed;
  audioSecond: Typed;
  character: Typed;
  reason: string;
}

const MICRO = 1_000_000;

/** @param suggested what applies now, to start from */
export function modelValues(model: Model | undefined, id: string, suggested: Model['price']): ModelValues {
  const price = model?.price ?? suggested;
  const fees = model?.price?.feesMicroUsd;
  const factors = model?.price?.tierFactors;
  const units = model?.units ?? null;
  return {
    id,
    multiplier: model?.multiplier ?? 1,
    maxOutputTokens: model?.maxOutputTokens ?? null,
    hasPrice: (model?.price ?? null) !== null,
    input: usd(price?.inputMicroUsd),
    output: usd(price?.outputMicroUsd),
    cachedInput: usd(price?.cachedInputMicroUsd),
    hasFees: fees !== undefined || factors !== undefined,
    webSearches: usd(fees?.webSearches),
    fileSearches: usd(fees?.fileSearches),
    mapSearches: usd(fees?.mapSearches),
    requests: usd(fees?.requests),
    flex: factors?.flex ?? '',
    priority: factors?.priority ?? '',
    hasUnits: units !== null,
    image: units?.image ?? '',
    audioSecond: units?.audioSecond ?? '',
    character: units?.character ?? '',
    reason: '',
  };
}

/** All fields, checked before. */
export function modelBody(values: ModelValues): UpdateModel {
  const reason = values.reason.trim();
  return {
    multiplier: Number(values.multiplier),
    maxOutputTokens: values.maxOutputTokens ?? null,
    price: values.hasPrice
      ? {
          inputMicroUsd: micro(values.input),
          outputMicroUsd: micro(values.output),
          ...(values.cachedInput === '' ? {} : { cachedInputMicroUsd: micro(values.cachedInput) }),
          ...(values.hasFees ? feesOf(values) : {}),
        }
      : null,
    units: values.hasUnits ? given(values, ['image', 'audioSecond', 'character'], Number) : null,
    ...(reason === '' ? {} : { reason }),
  };
}

function feesOf(values: ModelValues): Pick<NonNullable<Model['price']>, 'feesMicroUsd' | 'tierFactors'> {
  const feesMicroUsd = given(values, ['webSearches', 'fileSearches', 'mapSearches', 'requests'], micro);
  const tierFactors = given(values, ['flex', 'priority'], Number);
  return {
    ...(Object.keys(feesMicroUsd).length === 0 ? {} : { feesMicroUsd }),
    ...(Object.keys(tierFactors).length === 0 ? {} : { tierFactors }),
  };
}

/** Those of the fields that something is typed in. */
function given<Key extends string>(
  values: Readonly<Record<Key, Typed>>,
  keys: readonly Key[],
  read: (typed: Typed) => number,
): Partial<Record<Key, number>> {
  const result: Partial<Record<Key, number>> = {};
  for (const key of keys) if (values[key] !== '') result[key] = read(values[key]);
  return result;
}

/** What takes an edit back. */
export function modelUndo({ multiplier, maxOutputTokens, price, units }: Model): UpdateModel {
  return { multiplier, maxOutputTokens, price, units };
}

const FIELDS: Readonly<Record<string, string>> = {
  'price.inputMicroUsd': 'input',
  'price.outputMicroUsd': 'output',
  'price.cachedInputMicroUsd': 'cachedInput',
  'price.feesMicroUsd.webSearches': 'webSearches',
  'price.feesMicroUsd.fileSearches': 'fileSearches',
  'price.feesMicroUsd.mapSearches': 'mapSearches',
  'price.feesMicroUsd.requests': 'requests',
  'price.tierFactors.flex': 'flex',
  'price.tierFactors.priority': 'priority',
  'units.image': 'image',
  'units.audioSecond': 'audioSecond',
  'units.character': 'character',
};

export function modelField(field: string): string {
  return FIELDS[field] ?? field;
}

function micro(typed: Typed): number {
  return Math.round(Number(typed) * MICRO);
}

function usd(microUsd: number | undefined): Typed {
  return microUsd === undefined ? '' : microUsd / MICRO;
}
