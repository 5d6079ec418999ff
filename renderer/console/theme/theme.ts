/** Slate ground, one solar accent for brand, selection and the primary action; meaning has its own four colours. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const solar: MantineColorsTuple = [
  '#fff7e6',
  '#ffecc7',
  '#fdd88c',
  '#fbc24f',
  '#f8af22',
  '#f59e0b',
  '#d97706',
  '#b45309',
  '#92400e',
  '#78350f',
];
const slate: MantineColorsTuple = [
  '#f8fafc',
  '#f1f4f8',
  '#e4e9f0',
  '#d3dbe5',
  '#a9b6c6',
  '#7d8da1',
  '#5b6b80',
  '#435266',
  '#2b3846',
  '#16202c',
];
/** 7 is what removes and blocks, dark enough for white words. */
const red: MantineColorsTuple = [
  '#fff1f0',
  '#fde3e1',
  '#fbc7c2',
  '#f7a29a',
  '#f0776c',
  '#e34d40',
  '#cf3427',
  '#b42318',
  '#8f1c14',
  '#741710',
];
/** 9 is the words on a ground of 1, dark enough for small ones; the dark theme's ground is half as bright as it. */
const orange: MantineColorsTuple = [
  '#fff7ed',
  '#ffedd5',
  '#fed7aa',
  '#fdba74',
  '#fb923c',
  '#f97316',
  '#ea580c',
  '#c2410c',
  '#9a3412',
  '#7c2d12',
];
/** Mantine's dark theme takes its grounds and texts from here: 0 is text, 7 the page. */
const dark: MantineColorsTuple = [
  '#e4eaf1',
  '#c3cedb',
  '#9aa9ba',
  '#76879b',
  '#3a4858',
  '#2b3846',
  '#1d2732',
  '#121920',
  '#0f151c',
  '#0a0f14',
];

export const theme = createTheme({
  primaryColor: 'solar',
  // Dark enough for white words in both themes.
  primaryShade: 7,
  colors: { solar, slate, gray: slate, red, orange, dark },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { md: '1.5' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '22px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  components: {
    // What is out of bounds is told, not changed in silence.
    NumberInput: { defaultProps: { clampBehavior: 'none' } },
    Table: { defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, multiline: true, maw: 320 } },
    // Their heads are `header` elements, which would each count as the page's own banner.
    Drawer: {
      defaultProps: {
        position: 'right',
        size: 640,
        transitionProps: { duration: 150 },
        attributes: { header: { role: 'presentation' } },
      },
    },
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 140 },
        attributes: { header: { role: 'presentation' } },
      },
      styles: { title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 650, lineHeight: 1.35 } },
    },
    Menu: {
      // Its first item takes the focus. It opens within a landmark, for those who move from one to the next.
      defaultProps: { withInitialFocusPlaceholder: false, portalProps: { target: '#menus' } },
    },
    // Of narrow screens: what does not stand in one row stands in two.
    SegmentedControl: { styles: { root: { flexWrap: 'wrap', maxWidth: '100%' } } },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
  },
});
