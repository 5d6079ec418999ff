import { useFormat } from '../format/use-format.ts';

interface MoneyProps {
  /** Millionths of a US dollar. */
  microUsd: number;
}

/** Cost in the currency of the settings; to the last digit, in US dollars, on hover. */
export function Money({ microUsd }: MoneyProps) {
  const { money, exactMoney } = useFormat();
  const shown = money(microUsd);
  const exact = exactMoney(microUsd);
  return (
    <span title={exact === shown ? undefined : exact} style={{ whiteSpace: 'nowrap' }}>
      {shown}
    </span>
  );
}
