import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './screen-tabs.module.css';

interface ScreenTabsProps<Name extends string> {
  names: readonly Name[];
  value: Name;
  onChange(name: Name): void;
  labelOf(name: Name): string;
  /** Of all tabs together. */
  label: string;
  /** The part that is chosen. */
  children: ReactNode;
}

/** The parts of a screen; which one is shown stands in the address. */
export function ScreenTabs<Name extends string>(props: ScreenTabsProps<Name>) {
  const { names, value, onChange, labelOf, label, children } = props;
  return (
    <Tabs value={value} onChange={(next) => next !== null && onChange(next as Name)} keepMounted={false}>
      <Tabs.List aria-label={label} className={css.list}>
        {names.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {labelOf(name)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={value}>{children}</Tabs.Panel>
    </Tabs>
  );
}
