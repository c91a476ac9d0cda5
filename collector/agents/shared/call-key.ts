/**
 * Some models number their calls (`functions.bash:0`, `call_1`, `7`), so that two calls of different sessions share an
 * id. Such an id is joined with `scope`; a long random one stays as the vendor wrote it, because a forked or
 * resumed log repeats it and must not count twice.
 * @param scope what makes a numbered id unique: the session or the record that holds the call
 */
export function callKey(callId: string, scope: string): string {
  return isNumbered(callId) ? `${callId}@${scope}` : callId;
}

/** Shorter than nine characters, only digits, or ending in a small number after a separator. */
function isNumbered(callId: string): boolean {
  if (callId.length < 9) return true;
  return /^\d+$/.test(callId) || /[:_#-]\d{1,3}$/.test(callId.slice(-5));
}
