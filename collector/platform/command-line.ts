/**
 * Splits a command line that the system gives as one text. Quotes of Windows are taken off; on macOS the spaces inside
 * an argument are lost for good, so this is how the program was called as far as anybody can tell.
 */
export function splitCommandLine(line: string): readonly string[] {
  return (line.match(/"[^"]*"|[^\s"]+/g) ?? []).map((part) => part.replace(/^"(.*)"$/, '$1'));
}
