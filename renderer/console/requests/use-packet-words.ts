import { useTranslation } from 'react-i18next';
import type { ImportAnswer } from '../../../gateway/contract/packets.ts';
import type { Explained } from '../ui/explain-failure.ts';

/** Why a file or an export was refused as a whole. */
const FILE_CODES = [
  'nothing_waits',
  'not_a_packet',
  'wrong_file',
  'newer_version',
  'altered',
  'other_installation',
  'unknown_key',
  'key_revoked',
  'approver_disabled',
  'not_an_approver',
  'unknown_packet',
  'expired',
  'in_the_future',
  'already_imported',
  'too_large',
] as const;
/** Why a single decision was. */
const DECISION_CODES = [
  'ticket_not_found',
  'nothing_to_grant',
  'request_changed',
  'already_decided',
  'user_deleted',
] as const;

/** What is wrong with a file before it is sent. */
export type FileProblem = 'no_file' | 'too_large' | 'unreadable' | 'not_a_packet';

function knownOf(failure: Explained | null) {
  const code = /^HTTP \d+ (\w+):/.exec(failure?.cause ?? '')?.[1];
  return FILE_CODES.find((one) => one === code);
}

/** Refusals of offline approvals in the reader's language. */
export function usePacketWords() {
  const { t } = useTranslation('requests');
  return {
    problem: (problem: FileProblem): string => t(`packets.why.${problem}`),
    /** A failure as it is, with the words that fit where its code is known. */
    failure(failure: Explained | null): Explained | null {
      const known = knownOf(failure);
      return failure && known
        ? { ...failure, title: t('packets.nothingChanged'), next: t(`packets.why.${known}`) }
        : failure;
    },
    /** What is wrong with the file that was sent; null when something else failed. */
    ofFile(failure: Explained | null): string | null {
      const known = knownOf(failure);
      return known ? t(`packets.why.${known}`) : null;
    },
    decision({ code, message }: ImportAnswer['refused'][number]): string {
      const known = DECISION_CODES.find((one) => one === code);
      return known ? t(`packets.whyNot.${known}`) : message;
    },
  };
}
