/** Pure: the steps of the set-up, and how far each is. */
export const STEPS = ['data', 'upstream', 'librechat', 'administrator', 'mail', 'plan'] as const;
export type StepId = (typeof STEPS)[number];
/** Those of which the gateway itself knows whether they are done. */
export type KnownStepId = Exclude<StepId, 'data' | 'plan'>;
/** `skipped`: left without what it asks for; it can be made up for at any time. */
export type StepState = 'done' | 'skipped' | 'open';

/** What the gateway itself knows of the steps; those that it cannot know are done when they were left. */
export interface SetupFacts {
  /** As the setting `setup.steps` keeps it. */
  readonly left: readonly string[];
  readonly done: Readonly<Record<KnownStepId, boolean>>;
}

export function isKnown(step: StepId): step is KnownStepId {
  return step !== 'data' && step !== 'plan';
}

export function stateOf(step: StepId, { left, done }: SetupFacts): StepState {
  const wasLeft = left.includes(step);
  const wasSkipped = left.includes(`${step}-skipped`);
  if (isKnown(step) ? done[step] : wasLeft) return 'done';
  return wasLeft || wasSkipped ? 'skipped' : 'open';
}

/** Where somebody who comes back goes on; null when no step is open. */
export function firstOpen(facts: SetupFacts): StepId | null {
  return STEPS.find((step) => stateOf(step, facts) === 'open') ?? null;
}

/** What the setting holds once the step was left. */
export function leave(left: readonly string[], step: StepId, skipped: boolean): string[] {
  const others = left.filter((entry) => entry !== step && entry !== `${step}-skipped`);
  return [...others, skipped ? `${step}-skipped` : step];
}

/** The one after; null after the last. */
export function stepAfter(step: StepId): StepId | null {
  return STEPS[STEPS.indexOf(step) + 1] ?? null;
}

export function stepBefore(step: StepId): StepId | null {
  return STEPS[STEPS.indexOf(step) - 1] ?? null;
}
