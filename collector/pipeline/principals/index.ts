export { PRINCIPAL_PROGRAMS, principalsOf } from './principals-of.ts';
export type { PrincipalPlace } from './principals-of.ts';
