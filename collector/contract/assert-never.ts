/** Ends a switch over a union: the compiler refuses a forgotten member, and a wrong value at run time is our bug. */
export function assertNever(value: never): never {
  throw new Error(`unexpected member: ${JSON.stringify(value)}`);
}
