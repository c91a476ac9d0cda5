/**
 * The same object while it is being made. What runs for every event sets optional members one by one on it: a literal
 * with `...(x === undefined ? {} : { x })` is made member by member by V8 and costs several times as much.
 */
export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
