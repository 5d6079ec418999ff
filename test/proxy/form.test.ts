/** Pure: multipart forms are read strictly, as outlines of their bytes, and changed without touching the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadRequestError, type FormFile } from '../../gateway/proxy/dialects/dialect.ts';
import { editedForm, formFields, formType, readForm } from '../../gateway/proxy/form.ts';

const TYPE = 'multipart/form-data; boundary=XyZ';

/** A form of raw parts, each with its head and value. */
function form(...parts: [head: string, value: string][]): Buffer {
  const written = parts.map(([head, value]) => `--XyZ\r\n${head}\r\n\r\n${value}\r\n`).join('');
  return Buffer.from(`${written}--XyZ--\r\n`);
}

function field(name: string, value: string): [string, string] {
  return [`Content-Disposition: form-data; name="${name}"`, value];
}

test("a form of the platform's own making is read whole: text, files and lists", async () => {
  const made = new FormData();
  made.append('model', 'gpt-image-1');
  made.append('prompt', 'Ein "Papagei" auf\r\neinem Ast – 🦜');
  made.append('image[]', new Blob([new Uint8Array([0, 13, 10, 45, 45, 255])], { type: 'image/png' }), 'a "b".png');
  made.append('image[]', new Blob(['two']), 'c.png');
  made.append('tag', 'x');
  made.append('tag', 'y');
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: made });
  const type = request.headers.get('content-type') ?? '';
  const bytes = Buffer.from(await request.arrayBuffer());
  const fields = formFields(bytes, readForm(bytes, type));
  const [first, second] = fields['image[]'] as FormFile[];
  assert.deepEqual(
    [fields.model, fields.prompt, fields.tag],
    ['gpt-image-1', 'Ein "Papagei" auf\r\neinem Ast – 🦜', ['x', 'y']],
  );
  assert.deepEqual(
    [first?.fileName, first?.contentType, [...(first?.bytes ?? [])]],
    ['a "b".png', 'image/png', [0, 13, 10, 45, 45, 255]],
  );
  assert.deepEqual([second?.fileName, second?.bytes.toString()], ['c.png', 'two']);
});

test('a field is changed where it stands or added in front, and every other byte stays', async () => {
  const bytes = form(
    field('n', '4'),
    ['content-disposition: form-data; name="f"; filename="f"\r\nContent-Type: a/b', '\r\n--Xy\r\n'],
    field('model', 'a'),
  );
  const outline = readForm(bytes, TYPE);
  assert.equal(editedForm(bytes, outline, []), bytes);
  const changed = editedForm(bytes, outline, [
    { key: 'model', value: 'other' },
    { key: 'max', value: 5 },
    { key: 'n', value: 1 },
  ]);
  const fields = formFields(changed, readForm(changed, TYPE));
  assert.deepEqual([fields.model, fields.max, fields.n], ['other', '5', '1']);
  assert.equal((fields.f as FormFile).bytes.toString(), '\r\n--Xy\r\n');
  const kept = changed.toString().replace(/^--XyZ\r\ncontent-disposition: form-data; name="max"\r\n\r\n5\r\n/, '');
  assert.equal(
    kept,
    bytes.toString().replace('\r\n\r\na\r\n', '\r\n\r\nother\r\n').replace('\r\n\r\n4\r\n', '\r\n\r\n1\r\n'),
  );
  const parsed = await new Response(new Uint8Array(changed), {
    headers: { 'content-type': formType(outline) },
  }).formData();
  assert.deepEqual([parsed.get('model'), parsed.get('max'), parsed.get('n')], ['other', '5', '1']);
});

test('whatever another parser might read in another way is refused', () => {
  const good = form(field('model', 'a'));
  const cases: [string, Buffer, string?][] = [
    ['no boundary', good, 'multipart/form-data'],
    ['another boundary', good, 'multipart/form-data; boundary=other'],
    ['a preamble', Buffer.concat([Buffer.from('hi\r\n'), good])],
    ['an epilogue', Buffer.concat([good, Buffer.from('--XyZ\r\n')])],
    ['no end', good.subarray(0, good.length - 4)],
    ['cut in a part', good.subarray(0, good.length - 12)],
    ['cut in a head', good.subarray(0, 30)],
    ['nothing', Buffer.alloc(0)],
    ['line feeds alone', Buffer.from(good.toString().replaceAll('\r\n', '\n'))],
    ['a part without a name', form(['content-disposition: form-data', 'x'])],
    ['a part without a head', form(['x-other: 1', 'x'])],
    ['two names', form(['content-disposition: form-data; name="a"; name="b"', 'x'])],
    [
      'two dispositions',
      form(['content-disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"', 'x']),
    ],
    ['a name in another way', form(["content-disposition: form-data; name*=utf-8''model", 'x'])],
    ['a folded head', form(['content-disposition: form-data;\r\n name="a"', 'x'])],
    [
      'an encoding of its own',
      form(['content-disposition: form-data; name="a"\r\ncontent-transfer-encoding: base64', 'x']),
    ],
    ['too many parts', form(...Array.from({ length: 201 }, (_, at) => field(`f${at}`, 'x')))],
    ['a head without end', Buffer.from(`--XyZ\r\ncontent-disposition: ${'x'.repeat(10_000)}`)],
    ['text that is not UTF-8', Buffer.from(good.toString('latin1').replace('\r\n\r\na', '\r\n\r\n\xff'), 'latin1')],
  ];
  for (const [name, bytes, type = TYPE] of cases) {
    assert.throws(() => formFields(bytes, readForm(bytes, type)), BadRequestError, name);
  }
});
