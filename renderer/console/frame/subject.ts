import { useEffect, useId } from 'react';
import { create } from 'zustand';

interface Subjects {
  /** What is open, by who says so; the last is on top. */
  readonly open: ReadonlyMap<string, string>;
  set(id: string, subject: string | undefined): void;
}

const useSubjects = create<Subjects>()((set) => ({
  open: new Map(),
  set: (id, subject) =>
    set(({ open }) => {
      const others = [...open].filter(([other]) => other !== id);
      return { open: new Map(subject === undefined ? others : [...others, [id, subject]]) };
    }),
}));

/** Names what is open beside the screen, for the title of the window; undefined while nothing is, or is not known yet. */
export function useSubject(subject: string | undefined): void {
  const id = useId();
  const set = useSubjects((subjects) => subjects.set);
  useEffect(() => {
    set(id, subject);
    return () => set(id, undefined);
  }, [id, subject, set]);
}

/** The window is called by what is open, the screen and the product, so that tabs and the history can be told apart. */
export function useWindowTitle(screen: string | undefined): void {
  const subject = useSubjects(({ open }) => [...open.values()].at(-1));
  useEffect(() => {
    document.title = [subject, screen, 'IA Solaris'].filter((part) => part !== undefined).join(' · ');
  }, [subject, screen]);
}
