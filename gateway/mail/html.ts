/** The HTML of a mail: one layout for all kinds. Loaded with the first mail, because React's renderer is large. */
import { createElement as h, type ReactElement, type ReactNode } from 'react';
import { Body, Button, Container, Head, Heading, Html, Link, Preview, render, Section, Text } from 'react-email';
import type { MailDocument, Row, Scene } from './document.ts';
import { quotaBar } from './html-bar.ts';
import { DARK_CSS, FONT, LIGHT, TONES, WIDTH } from './html-style.ts';
import type { Frame } from './render.ts';
import { PRODUCT } from './words.ts';

type Words = Pick<Scene, 't' | 'words'>;

/** @returns a whole HTML document. Everything that people wrote is escaped. */
export function renderHtml(document: MailDocument, frame: Frame, scene: Words): Promise<string> {
  return render(page(document, frame, scene));
}

function page(document: MailDocument, frame: Frame, scene: Words): ReactElement {
  const { tone, heading, lead, bar, paragraphs = [], quote, rows = [], tables = [] } = document;
  return h(
    Html,
    { lang: frame.locale },
    h(
      Head,
      null,
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('meta', { name: 'supported-color-schemes', content: 'light dark' }),
      h('title', null, document.subject),
      h('style', null, DARK_CSS),
    ),
    preview(lead),
    h(
      Body,
      { className: 'ground', style: { margin: 0, padding: 0, fontFamily: FONT } },
      h(
        Section,
        { className: 'ground', style: { backgroundColor: LIGHT.ground, padding: '24px 0' } },
        h(
          Container,
          { style: { maxWidth: `${WIDTH}px`, width: '100%', margin: '0 auto' } },
          brand(),
          h(
            Section,
            {
              className: 'card',
              style: {
                backgroundColor: LIGHT.card,
                border: `1px solid ${LIGHT.line}`,
                borderRadius: '12px',
                padding: '32px 36px',
              },
            },
            h(Text, { className: 'quiet', style: { ...TEXT, color: LIGHT.quiet, margin: '0 0 4px' } }, frame.greeting),
            h(
              Heading,
              {
                as: 'h1',
                className: `tone-${tone}`,
                style: {
                  fontSize: '22px',
                  lineHeight: '30px',
                  margin: '0 0 12px',
                  color: TONES[tone].text,
                  fontWeight: 700,
                },
              },
              heading,
            ),
            ...lines(lead).map((line, index) => paragraph(`lead-${index}`, line, true)),
            bar ? quotaBar(bar, tone, scene) : null,
            ...paragraphs.flatMap((text, at) => lines(text).map((line, index) => paragraph(`p-${at}-${index}`, line))),
            quote ? quotation(quote) : null,
            rows.length > 0 ? table('rows', null, rows) : null,
            ...tables.map(({ title, rows: more }) => table(title, title, more)),
            buttons(document),
            frame.contact === null ? null : paragraph('contact', frame.contact),
          ),
          footer(frame),
        ),
      ),
    ),
  );
}

/** What mail programs show beside the subject; the title is the subject's. */
function preview(lead: string): ReactElement {
  const props = { useTitleTag: false, children: lead };
  return h(Preview, props);
}

const TEXT = { fontSize: '15px', lineHeight: '24px', color: LIGHT.text, margin: '0 0 14px' } as const;

const lines = (text: string) => text.split(/\r?\n/);

function paragraph(key: string, text: string, isLead = false): ReactElement {
  return h(Text, { key, className: 'text', style: isLead ? { ...TEXT, fontSize: '16px' } : TEXT }, text);
}

function brand(): ReactElement {
  const dot = {
    display: 'inline-block',
    width: '10px',
    height: '10px',
    borderRadius: '3px',
    backgroundColor: LIGHT.solar,
  };
  return h(
    Section,
    { className: 'edge', style: { padding: '0 36px 12px' } },
    h(
      Text,
      {
        className: 'quiet',
        style: { margin: 0, fontSize: '14px', lineHeight: '20px', fontWeight: 600, color: LIGHT.quiet },
      },
      h('span', { style: dot }),
      ` ${PRODUCT}`,
    ),
  );
}

function quotation({ label, text }: NonNullable<MailDocument['quote']>): ReactElement {
  return h(
    Section,
    {
      className: 'quote',
      style: {
        backgroundColor: '#f8fafc',
        borderLeft: `3px solid ${LIGHT.solar}`,
        borderRadius: '0 8px 8px 0',
        padding: '12px 16px',
        margin: '4px 0 16px',
      },
    },
    h(
      Text,
      { className: 'quiet', style: { margin: '0 0 4px', fontSize: '13px', lineHeight: '18px', color: LIGHT.quiet } },
      label,
    ),
    ...lines(text).map((line, index) =>
      h(Text, { key: index, className: 'text', style: { ...TEXT, margin: 0, overflowWrap: 'anywhere' } }, line || ' '),
    ),
  );
}

function table(key: string, title: string | null, rows: readonly Row[]): ReactElement {
  const cell = { padding: '7px 0', fontSize: '14px', lineHeight: '20px', borderTop: `1px solid ${LIGHT.line}` };
  return h(
    Section,
    { key, style: { margin: '8px 0 16px' } },
    title === null
      ? null
      : h(Text, { className: 'text', style: { ...TEXT, fontWeight: 600, margin: '8px 0 6px' } }, title),
    h(
      'table',
      { width: '100%', cellPadding: 0, cellSpacing: 0, style: { borderCollapse: 'collapse' } },
      h(
        'tbody',
        null,
        ...rows.map(({ label, value }, index) =>
          h(
            'tr',
            { key: index },
            h('td', { className: 'quiet line', style: { ...cell, color: LIGHT.quiet } }, label),
            h(
              'td',
              {
                className: 'text line',
                style: { ...cell, color: LIGHT.text, textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
              },
              value,
            ),
          ),
        ),
      ),
    ),
  );
}

function buttons({ main, second }: MailDocument): ReactNode {
  if (!main && !second) return null;
  return h(
    Section,
    { style: { margin: '20px 0 6px' } },
    main
      ? h(
          Button,
          {
            href: main.url,
            style: {
              backgroundColor: LIGHT.solar,
              color: LIGHT.onSolar,
              fontSize: '15px',
              fontWeight: 600,
              lineHeight: '20px',
              padding: '12px 22px',
              borderRadius: '8px',
              marginRight: '18px',
            },
          },
          main.label,
        )
      : null,
    second
      ? h(
          Link,
          {
            href: second.url,
            className: 'second',
            style: {
              color: '#92400e',
              fontSize: '15px',
              lineHeight: '44px',
              fontWeight: 600,
              textDecoration: 'underline',
              // Below the first where both do not fit, but never in two pieces.
              display: 'inline-block',
              whiteSpace: 'nowrap',
            },
          },
          second.label,
        )
      : null,
  );
}

function footer({ footer: why, preferences }: Frame): ReactElement {
  return h(
    Section,
    { className: 'edge', style: { padding: '16px 36px 0' } },
    h(
      Text,
      { className: 'quiet', style: { margin: 0, fontSize: '12px', lineHeight: '18px', color: '#64748b' } },
      why,
      ' ',
      preferences
        ? h(
            Link,
            { href: preferences.url, className: 'quiet', style: { color: '#64748b', textDecoration: 'underline' } },
            preferences.label,
          )
        : null,
    ),
  );
}
