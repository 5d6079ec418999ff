/** Every kind of mail in both languages and themes, in a real browser. `SOLARIS_MAIL_PREVIEWS=<folder>` keeps the pictures. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAIL_RULES, type MailKind } from '../../gateway/mail/kinds.ts';
import { renderMail } from '../../gateway/mail/render.ts';
import { mailSamples, samplePerson } from '../../gateway/mail/samples.ts';
import { startBrowser } from '../support/browser.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const KINDS = Object.keys(MAIL_RULES) as MailKind[];
const LOCALES = ['en', 'pt-BR'] as const;
const FOLDER = process.env.SOLARIS_MAIL_PREVIEWS;

function render(kind: MailKind, locale: (typeof LOCALES)[number], publicUrl: string | null = 'https://ia.example.com') {
  const data = mailSamples(NOW, Date.parse('2026-12-01T00:00:00Z'))[kind];
  return renderMail(
    { kind, data: { ...data }, secret: '/portal/enter?token=sample' },
    {
      ...{
        locale,
        timeZone: 'UTC',
        name: 'Ana',
        publicUrl,
        contactEmail: 'creditos@example.com',
        person: samplePerson,
      },
      isOperator: MAIL_RULES[kind].toOperators,
    },
  );
}

test('every kind has a subject, HTML and a plain twin in both languages, each in its own words', async () => {
  for (const kind of KINDS) {
    const [en, pt] = [await render(kind, 'en'), await render(kind, 'pt-BR')];
    for (const { subject, html, text } of [en, pt]) {
      assert.ok(subject.length > 3 && subject.length <= 120, kind);
      assert.doesNotMatch(subject + text, /undefined|NaN|\{\{|\[object/, kind);
      assert.match(html, /^<!DOCTYPE html/);
      for (const link of html.matchAll(/href="([^"]+)"/g))
        assert.match(link[1] ?? '', /^https:\/\/ia\.example\.com\//, kind);
    }
    if (kind !== 'message') assert.notEqual(en.subject, pt.subject, kind);
    assert.match(pt.html, /<html[^>]* lang="pt-BR"/);
  }
});

test('without a public address there are no links, but somebody to write to', async () => {
  for (const kind of KINDS) {
    const { html, text } = await render(kind, 'en', null);
    assert.doesNotMatch(html, /href="http|ia\.example\.com/, kind);
    if (!MAIL_RULES[kind].toOperators) assert.match(text, /creditos@example\.com/, kind);
  }
});

test('what people write is text, never markup', async () => {
  const evil = '<img src=x onerror=alert(1)>';
  const { html } = await renderMail(
    { kind: 'message', data: { subject: evil, body: `${evil}\n\n"quoted" & more` }, secret: null },
    {
      locale: 'en',
      timeZone: 'UTC',
      name: evil,
      isOperator: false,
      publicUrl: null,
      contactEmail: null,
      person: samplePerson,
    },
  );
  assert.doesNotMatch(html, /<img/);
  assert.match(html, /&lt;img src=x/);
});

test('nothing is wider than a phone or 600 pixels, light or dark', { timeout: 300_000 }, async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  if (FOLDER) mkdirSync(FOLDER, { recursive: true });
  for (const scheme of ['light', 'dark'] as const) {
    const page = await browser.open({ dark: scheme === 'dark', width: 700, height: 400 });
    for (const kind of KINDS) {
      for (const locale of LOCALES) {
        await page.setContent((await render(kind, locale)).html);
        const width = await page.evaluate(() => document.querySelector('.card')?.getBoundingClientRect().width ?? 0);
        assert.ok(width > 500 && width <= 600, `${kind} is ${width} wide`);
        if (FOLDER) await page.screenshot({ path: join(FOLDER, `${kind}.${locale}.${scheme}.png`), fullPage: true });
      }
    }
    await page.setViewportSize({ width: 360, height: 640 });
    for (const kind of KINDS) {
      await page.setContent((await render(kind, 'pt-BR')).html);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(overflow <= 360, `${kind} is ${overflow} wide on a phone`);
      const textWidth = await page.evaluate(() => document.querySelector('h1')?.getBoundingClientRect().width ?? 0);
      assert.ok(textWidth >= 310, `${kind} leaves ${textWidth} of 360 for its words`);
      const second = await page.evaluate(() => document.querySelector('a.second')?.getClientRects().length ?? 1);
      assert.equal(second, 1, `the second button of ${kind} is broken in two`);
    }
    await page.close();
  }
});
