/** A failed store operation, sorted by what the owner can do about it. */
export class StoreError extends Error {
  readonly code: 'full' | 'corrupt' | 'busy' | 'unwritable' | 'other';

  constructor(code: StoreError['code'], message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Turns what SQLite or the file system threw into a `StoreError` with advice; our own pass unchanged. */
export function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError(
      'full',
      `no space left for ${path}; free some disk space, reading goes on by itself`,
      error,
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return new StoreError('corrupt', `${path} is damaged`, error);
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StoreError('busy', `${path} is in use by another program`, error);
  }
  if (/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_IOERR|EACCES|EPERM|EROFS)/.test(code)) {
    return new StoreError(
      'unwritable',
      `cannot write ${path} (${code}); check that the folder exists and is yours`,
      error,
    );
  }
  return new StoreError(
    'other',
    `storing in ${path} failed (${code === '' ? 'unknown error' : code})`,
    error,
  );
}

/** What the store threw, also where it was not wrapped; `undefined` when the error is not the store's. */
export function storeErrorOf(error: unknown, path: string): StoreError | undefined {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_') ? toStoreError(error, path) : undefined;
}

/** The code of a condition that passes by itself or when somebody makes room: worth waiting for. */
export function passingCode(error: unknown, path: string): 'full' | 'busy' | undefined {
  const code = storeErrorOf(error, path)?.code;
  return code === 'full' || code === 'busy' ? code : undefined;
}
