/** Why a backup cannot be made or used. The message is a whole answer for people; `code` is for programs. */
export type BackupErrorCode =
  /** The file is another program's, or not a backup at all. */
  | 'backup_foreign'
  /** The end of the file is missing. */
  | 'backup_truncated'
  /** The file is not what was written. */
  | 'backup_altered'
  /** A newer version wrote it. */
  | 'backup_newer'
  /** Its secrets were sealed with a key that is not here. */
  | 'backup_wrong_key'
  /** It was read whole, but the books in it do not agree. */
  | 'backup_unsound'
  | 'backup_missing'
  /** There is a file of this name already. */
  | 'backup_exists'
  | 'job_cancelled'
  /** What is named is no place to move to. */
  | 'target_unusable'
  /** The database there cannot be used: it does not answer, refuses, or is somebody else's. */
  | 'target_refused'
  /** It lies with the engine that is used already, or elsewhere than the gateway would look for it. */
  | 'target_not_possible'
  /** It holds something already. */
  | 'target_not_empty'
  /** An interrupted move of another installation lies in it. */
  | 'target_half_moved'
  /** Requests did not end. */
  | 'not_quiet'
  /** What arrived is not what was sent. */
  | 'copy_differs';

export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
