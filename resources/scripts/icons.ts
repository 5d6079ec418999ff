/** `npm run icons`: every size of the icons from their drawings in `resources/icons/*.svg`, drawn by a browser. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { BROWSER_FLAGS, findBrowser } from '../../test/support/browser.ts';
import { icnsOf, icoOf, type Picture } from './icon-files.ts';
import { root } from './run.ts';

const FOLDER = join(root, 'resources/icons');
/** What the installers take. */
const APP = join(FOLDER, 'app');
/** What the app itself shows. */
const SHIPPED = join(FOLDER, 'shipped');
/** Up to this size, a drawing with fewer and thicker lines is clearer. */
const SMALL = 32;

const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
const ICNS_SIZES = [16, 32, 64, 128, 256, 512, 1024];
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const TRAY_ICO_SIZES = [16, 20, 24, 32, 40, 48];
const TRAY_STATES = ['ok', 'attention', 'stopped'];
/** Colours of the strokes and of the dot: a template is coloured by macOS, which looks at alpha only. */
const TRAY_TONES = {
  template: ['#000000', '#000000'],
  'for-light': ['#22303f', '#c2410c'],
  'for-dark': ['#f1f5f9', '#f5a524'],
} as const;

const drawing = (name: string) => readFileSync(join(FOLDER, `${name}.svg`), 'utf8');
/** Without the margin that macOS wants around an icon. */
const tight = (svg: string) => svg.replace('viewBox="0 0 1024 1024"', 'viewBox="84 84 856 856"');

async function draw(page: Page, svg: string, size: number): Promise<Picture> {
  const { png, rgba } = await page.evaluate(
    async ([source, pixels]) => {
      const image = new Image(pixels, pixels);
      image.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = pixels;
      canvas.height = pixels;
      const context = canvas.getContext('2d');
      if (!context) throw new Error('This browser draws nothing.');
      context.drawImage(image, 0, 0, pixels, pixels);
      const { data } = context.getImageData(0, 0, pixels, pixels);
      return { png: canvas.toDataURL('image/png'), rgba: Array.from(data) };
    },
    [svg, size] as const,
  );
  return { size, png: Buffer.from(png.slice(png.indexOf(',') + 1), 'base64'), rgba: Buffer.from(rgba) };
}

const appDrawing = (size: number) => (size <= SMALL ? drawing('app-small') : tight(drawing('app')));

async function drawAll(page: Page): Promise<void> {
  const drawSizes = async (sizes: readonly number[], source: (size: number) => string) => {
    const pictures: Picture[] = [];
    for (const size of sizes) pictures.push(await draw(page, source(size), size));
    return pictures;
  };
  writeFileSync(join(APP, 'icon.ico'), icoOf(await drawSizes(ICO_SIZES, appDrawing)));
  writeFileSync(join(APP, 'icon.icns'), icnsOf(await drawSizes(ICNS_SIZES, () => drawing('app'))));
  writeFileSync(join(APP, 'document.ico'), icoOf(await drawSizes(ICO_SIZES, () => drawing('document'))));
  writeFileSync(join(APP, 'document.icns'), icnsOf(await drawSizes(ICNS_SIZES, () => drawing('document'))));
  for (const { size, png } of await drawSizes(LINUX_SIZES, appDrawing)) {
    writeFileSync(join(APP, 'linux', `${size}x${size}.png`), png);
  }
  writeFileSync(join(SHIPPED, 'window.png'), (await draw(page, appDrawing(256), 256)).png);
  for (const state of TRAY_STATES) {
    for (const [tone, [stroke, dot]] of Object.entries(TRAY_TONES)) {
      const svg = drawing(`tray-${state}`).replaceAll('#000000', stroke).replaceAll('#d97706', dot);
      // macOS knows a template by the end of its name.
      const name = tone === 'template' ? `tray-${state}-Template` : `tray-${state}-${tone}`;
      const size = tone === 'template' ? 16 : 24;
      writeFileSync(join(SHIPPED, `${name}.png`), (await draw(page, svg, size)).png);
      writeFileSync(join(SHIPPED, `${name}@2x.png`), (await draw(page, svg, size * 2)).png);
      if (tone !== 'template')
        writeFileSync(join(SHIPPED, `${name}.ico`), icoOf(await drawSizes(TRAY_ICO_SIZES, () => svg)));
    }
  }
}

const executablePath = await findBrowser();
if (executablePath === null) {
  console.error('No browser can run here: set CHROMIUM_PATH to a Chrome or Chromium.');
  process.exit(1);
}
mkdirSync(join(APP, 'linux'), { recursive: true });
mkdirSync(SHIPPED, { recursive: true });
const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS, headless: true });
try {
  await drawAll(await browser.newPage());
} finally {
  await browser.close();
}
