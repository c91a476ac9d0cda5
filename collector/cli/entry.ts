/** The program `reeve`: takes up the compiled code that the build left, then loads the command line. */
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { START_FLAG } from '../lib/memory.ts';

setFlagsFromString(START_FLAG);

// In the program's own folder and nowhere else: whoever may write there may change the program itself. A common folder
// for temporary files, where Node would put it, is anybody's.
const directory = fileURLToPath(new URL('./code-cache', import.meta.url));
if (existsSync(directory)) enableCompileCache({ directory, portable: true });
await import('./main.ts');
