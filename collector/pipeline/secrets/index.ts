export { classifySecret } from './classify.ts';
export { findSecrets } from './find.ts';
export { redactText } from './redact-text.ts';
