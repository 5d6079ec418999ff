/** Line drawings of the five pages, for thumbs. */
const PATHS = {
  balance: 'M4 14a8 8 0 0 1 16 0M12 14l4-4M4 18h16',
  statement: 'M6 4h12v16l-3-2-3 2-3-2-3 2zM9 9h6M9 13h6',
  requests: 'M4 5h16v11H10l-4 3v-3H4zM12 8v5M9.5 10.5h5',
  keys: 'M9 15a4 4 0 1 1 0-8 4 4 0 0 1 0 8zM13 11h8v3M17.5 11v2.5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8v4.4M9 14.8v4.4',
} as const;

export function NavSign({ name, className }: { name: keyof typeof PATHS; className: string }) {
  return (
    <svg className={className} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
