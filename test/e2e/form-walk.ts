/**
 * Walks a form with values that it does not take, and with refusals of the gateway, and looks at what it says of them. By
 * the fields' own names, so that one walk serves every language.
 */
import assert from 'node:assert/strict';
import type { Locator, Page, Route } from 'playwright-core';

/**
 * What is put into a field: typed, typed as tags of which an empty one removes the last, chosen by its place, typed where
 * there may also be none, clicked, or left as it is.
 */
export type Fill = string | { tags: string[] } | { pick: number } | { number: string } | true | null;
type Fields = Readonly<Record<string, Fill>>;

export interface FormCase {
  readonly name: string;
  /** In the address of the page. */
  readonly path: string;
  /** What leads to the form from there. */
  open?(page: Page): Promise<void>;
  /** What the form does not take; each must say so itself. The first of them is what the form is known by. */
  readonly bad: Fields;
  /** What it takes. */
  readonly good: Fields;
  /** From what the API calls a field to the input that shows it. */
  readonly refused: Readonly<Record<string, string>>;
  /** Says in its own words what the gateway refused. */
  readonly ownWords?: boolean;
  /** What is not there any more when it is tried again was removed the first time. */
  readonly removes?: boolean;
  /** Selects the form, where others on the page have fields of the same names. */
  readonly form?: string;
}

/** What the gateway answers with, for want of a reason of its own. */
const RULE = { rule: 'too_long', values: { most: 7 } };
const STATUSES = [400, 409, 422] as const;

export interface Walk {
  readonly page: Page;
  /** What the refusal says in the language of the page. */
  readonly words: string;
  visit(path: string): Promise<void>;
  /** One refusal of the gateway for each form: where they stand is no matter of the language. */
  readonly isBrief?: boolean;
  /** What is told of whatever else an answer may be. */
  readonly failures?: readonly Failing[];
  /** What is asked where the session has ended, and how it is answered. */
  readonly ended?: { readonly says: string; signIn(): Promise<void> };
}

/** An answer that is of no field, and what is told of it. */
export interface Failing {
  /** 0 when there is none. */
  readonly status: number;
  readonly says: readonly string[];
}

/** @returns what each bad field said */
export async function walkForm(
  { page, words, visit, isBrief = false, failures = [], ended }: Walk,
  form: FormCase,
): Promise<Record<string, string>> {
  const { bad, good, refused, open, ownWords = false, form: selector = 'form', removes = false } = form;
  const sent: string[] = [];
  let field = '';
  let count = 0;
  let hasEnded = false;
  let heard = (): void => undefined;
  let failing: { status: number; asked(): void; held: Promise<void> } | null = null;
  const answer = async (route: Route) => {
    const method = route.request().method();
    const { pathname } = new URL(route.request().url());
    const isOver = { status: 401, json: { error: { code: 'unauthenticated', message: 'Sign in again.' } } };
    // The page renews its session by itself, at whatever moment.
    if (pathname.endsWith('/refresh') && hasEnded) return route.fulfill(isOver);
    if (method === 'GET' || pathname.endsWith('/refresh')) return route.fallback();
    // Over the form somebody signs in again; where that is the form itself, its calls are what is looked at.
    if (ended && pathname.endsWith('/auth/login')) return route.fallback();
    sent.push(`${method} ${pathname}`);
    heard();
    if (hasEnded) return route.fulfill(isOver);
    if (failing) {
      const { status, asked, held } = failing;
      asked();
      await held;
      const json = { error: { code: 'test_code', message: 'A sentence of the gateway.' } };
      return status === 0 ? route.abort() : route.fulfill({ status, headers: { 'retry-after': '7' }, json });
    }
    const error = { code: 'invalid_input', message: 'Not this.', field, ...RULE };
    await route.fulfill({ status: STATUSES[count++ % STATUSES.length] ?? 400, json: { error } });
  };
  await visit(form.path);
  await open?.(page);
  await page.route('**/api/**', answer);
  const [first = ''] = Object.keys(bad);
  const place = page.locator(selector, { has: page.locator(fieldAt(first)) }).last();
  await fill(page, place, bad);
  const submit = () => place.locator('button[type=submit]').last().click();

  await submit();
  const said: Record<string, string> = {};
  for (const path of Object.keys(bad)) said[path] = await errorOf(page, `${selector} ${fieldAt(path)}`, form.name);
  assert.equal(await focusedPath(place), await firstInvalid(place), `${form.name}: the first mistake has the focus`);
  assert.deepEqual(sent, [], `${form.name}: nothing is sent before it is right`);

  await fill(page, place, good);
  const typed = await valuesOf(place);
  const refusals = Object.entries(refused).slice(0, isBrief ? 1 : undefined);
  for (const [name, path] of refusals) {
    field = name;
    await submit();
    await page.waitForFunction(
      ([at, wanted]) => {
        const error = window.formWalk.errorAt(at ?? '');
        return error?.includes(wanted ?? '') ?? false;
      },
      [`${selector} ${fieldAt(path)}`, ownWords ? '' : words],
    );
    assert.equal(await focusedPath(place), path, `${form.name}: what the gateway says of ${name} has the focus`);
    assert.deepEqual(await valuesOf(place), typed, `${form.name}: what was typed stays when ${name} is refused`);
  }
  field = 'nowhere.on.this.form';
  await submit();
  await page.getByRole('alert').filter({ hasText: words }).first().waitFor();
  assert.deepEqual(await valuesOf(place), typed, `${form.name}: what was typed stays when something else is refused`);
  assert.equal(sent.length, refusals.length + 1, `${form.name}: one call for each try`);
  for (const { status, says } of failures) {
    if (removes && status === 404) continue;
    const before: number = sent.length;
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    failing = { status, asked: asked.resolve, held: held.promise };
    const press = () =>
      place
        .locator('button[type=submit]')
        .last()
        .evaluate((button) => (button as HTMLElement).click());
    await press();
    await asked.promise;
    await press();
    held.resolve();
    for (const hasText of says) {
      const told = page.getByRole('alert').filter({ hasText }).first().waitFor();
      await told.catch((cause: unknown) => {
        throw new Error(`${form.name}: ${status} is not told as "${hasText}"`, { cause });
      });
    }
    assert.equal(sent.length, before + 1, `${form.name}: pressed twice it is sent once (${status})`);
    assert.deepEqual(await valuesOf(place), typed, `${form.name}: what was typed stays after ${status}`);
  }
  if (ended) {
    failing = null;
    hasEnded = true;
    const before = sent.length;
    // The sign-in is a form with fields of these names, too.
    await place.evaluate((element) => element.setAttribute('data-walked', ''));
    const own = page.locator('[data-walked]');
    const kept = async (when: string) => {
      assert.equal(await own.count(), 1, `${form.name}: the form stays ${when}`);
      assert.deepEqual(await valuesOf(own), typed, `${form.name}: what was typed stays ${when}`);
    };
    await submit();
    const asked = page.getByRole('dialog', { name: ended.says });
    await asked.waitFor().catch((cause: unknown) => {
      throw new Error(`${form.name}: nobody is asked to sign in again`, { cause });
    });
    await kept('when the session has ended');
    await page.keyboard.press('Escape');
    await kept('beneath the sign-in, which Escape does not close');
    hasEnded = false;
    await ended.signIn();
    await asked.waitFor({ state: 'hidden' });
    await kept('for who has signed in again');
    assert.equal(sent.length, before + 1, `${form.name}: nothing is sent again by itself`);
    const again = Promise.withResolvers<void>();
    heard = again.resolve;
    await submit();
    await again.promise;
  }
  await page.unroute('**/api/**', answer);
  return said;
}

async function fill(page: Page, form: Locator, fields: Fields): Promise<void> {
  for (const [path, value] of Object.entries(fields)) {
    if (value === null) continue;
    const place = form.locator(fieldAt(path));
    await place.waitFor();
    if (typeof value === 'object' && 'number' in value && (await place.locator('input[value=number]').count()) > 0) {
      // Its own box lies outside of the page; the label stands for it.
      await place.locator('input[value=number]').evaluate((input) => (input as HTMLInputElement).click());
    }
    const input = (await place.evaluateHandle((element) => window.formWalk.inputOf(element))).asElement();
    assert.ok(input, `There is no field ${path}`);
    if (value === true) await input.click();
    else if (typeof value === 'string') await input.fill(value);
    else if ('number' in value) await input.fill(value.number);
    else if ('pick' in value) {
      await input.click();
      await page.getByRole('option').nth(value.pick).click();
    } else {
      for (const tag of value.tags) {
        await input.fill(tag);
        await input.press(tag === '' ? 'Backspace' : 'Enter');
      }
    }
  }
}

const fieldAt = (path: string) => `[data-path="${path}"]`;

async function errorOf(page: Page, at: string, name: string): Promise<string> {
  const error = await page
    .waitForFunction((selector) => window.formWalk.errorAt(selector), at)
    .catch((cause: unknown) => {
      throw new Error(`${name}: ${at} says nothing`, { cause });
    });
  return (await error.jsonValue()) ?? '';
}

function firstInvalid(form: Locator): Promise<string | null> {
  return form.evaluate((element) => window.formWalk.pathOf(element.querySelector('[aria-invalid=true]')));
}

function focusedPath(form: Locator): Promise<string | null> {
  return form.evaluate(() => window.formWalk.pathOf(document.activeElement));
}

function valuesOf(form: Locator): Promise<unknown[]> {
  return form.evaluate((element) => window.formWalk.valuesOf(element));
}

interface InPage {
  inputOf(place: Element): HTMLElement | null;
  /** What stands at the last field that is selected, where it is bound to its input; null where nothing does. */
  errorAt(selector: string): string | null;
  pathOf(element: Element | null): string | null;
  valuesOf(form: Element): unknown[];
}

declare global {
  interface Window {
    formWalk: InPage;
  }
}

/** To be run in a page before its own scripts. */
export function helpOfPage(): void {
  const inputOf = (place: Element) =>
    place.matches('input, textarea')
      ? (place as HTMLElement)
      : place.querySelector<HTMLElement>('input:not([type=hidden]), textarea, button');
  window.formWalk = {
    inputOf,
    errorAt(selector) {
      const place = [...document.querySelectorAll(selector)].at(-1);
      const marked = place?.matches('[aria-invalid=true]') ? place : place?.querySelector('[aria-invalid=true]');
      const ids = (marked?.getAttribute('aria-describedby') ?? '').split(' ');
      // The hint is bound to the input as well.
      const texts = ids
        .filter((id) => id !== '' && !/description$/.test(id))
        .map((id) => document.getElementById(id)?.textContent);
      return texts.join(' ').trim() || null;
    },
    pathOf: (element) => element?.closest('[data-path]')?.getAttribute('data-path') ?? null,
    valuesOf: (form) => [
      ...[...form.querySelectorAll<HTMLInputElement>('input, textarea')].map((input) =>
        input.type === 'checkbox' || input.type === 'radio' ? input.checked : input.value,
      ),
      ...[...form.querySelectorAll('.mantine-Pill-label')].map((pill) => pill.textContent),
    ],
  };
}
