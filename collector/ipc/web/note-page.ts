const NOTES = {
  host: ['Not here', 'Reeve answers only under 127.0.0.1, localhost or [::1].'],
  method: ['Not like this', 'Reeve answers to GET only.'],
  origin: ['Not from there', 'Another site may not load parts of this window.'],
  login: ['Please log in', 'Type “reeve ui” in a terminal and open the address that it prints.'],
  ticket: [
    'This address has been used',
    'Each address opens the window once, for ten minutes. Type “reeve ui” again for a new one.',
  ],
  later: ['Too many wrong addresses', 'Wait a minute, then type “reeve ui” again.'],
  'not-found': ['Not found', 'There is no such file.'],
  'no-window': ['No window here', 'This build has no window. “npm run build” makes it.'],
} as const;

/** A page without script, style or anything from elsewhere, for what cannot be shown in the window. */
export function notePage(why: keyof typeof NOTES): string {
  const [title, text] = NOTES[why];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Reeve: ${title}</title><h1>${title}</h1><p>${text}</p></html>\n`;
}
