/** Above a chart: the label of its highest line stands half above it, and would be pressed onto the next one. */
export const HEADROOM = { top: 10 } as const;
