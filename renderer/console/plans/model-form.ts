/** Pure: what is set about a model as its form holds it, and as the API takes it. Prices are in US dollars a million tokens. */
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
  const units = model?.units ?? null;
  return {
    id,
    multiplier: model?.multiplier ?? 1,
    maxOutputTokens: model?.maxOutputTokens ?? null,
    hasPrice: (model?.price ?? null) !== null,
    input: price === null ? '' : price.inputMicroUsd / MICRO,
    output: price === null ? '' : price.outputMicroUsd / MICRO,
    cachedInput: price?.cachedInputMicroUsd === undefined ? '' : price.cachedInputMicroUsd / MICRO,
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
  const given = (value: Typed) => value !== '';
  return {
    multiplier: Number(values.multiplier),
    maxOutputTokens: values.maxOutputTokens ?? null,
    price: values.hasPrice
      ? {
          inputMicroUsd: micro(values.input),
          outputMicroUsd: micro(values.output),
          ...(given(values.cachedInput) ? { cachedInputMicroUsd: micro(values.cachedInput) } : {}),
        }
      : null,
    units: values.hasUnits
      ? {
          ...(given(values.image) ? { image: Number(values.image) } : {}),
          ...(given(values.audioSecond) ? { audioSecond: Number(values.audioSecond) } : {}),
          ...(given(values.character) ? { character: Number(values.character) } : {}),
        }
      : null,
    ...(reason === '' ? {} : { reason }),
  };
}

/** What takes an edit back. */
export function modelUndo({ multiplier, maxOutputTokens, price, units }: Model): UpdateModel {
  return { multiplier, maxOutputTokens, price, units };
}

const FIELDS: Readonly<Record<string, string>> = {
  'price.inputMicroUsd': 'input',
  'price.outputMicroUsd': 'output',
  'price.cachedInputMicroUsd': 'cachedInput',
  'units.image': 'image',
  'units.audioSecond': 'audioSecond',
  'units.character': 'character',
};

export function modelField(field: string): string {
  return FIELDS[field] ?? field;
}

function micro(usd: Typed): number {
  return Math.round(Number(usd) * MICRO);
}
