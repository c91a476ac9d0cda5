/** Names that are installed most and imitated most; a name one slip away from one of them is worth a look. */
const POPULAR = {
  npm: 'express lodash typescript webpack eslint prettier axios chalk commander request mongoose nodemon moment inquirer puppeteer playwright electron dotenv cross-env node-fetch socket.io jsonwebtoken bcrypt tailwindcss bootstrap jquery angular svelte rollup esbuild vitest mocha sequelize prisma graphql react-dom react-router redux styled-components storybook next-auth passport nodemailer winston rimraf semver discord.js web3 ethers hardhat openai anthropic langchain'.split(
    ' ',
  ),
  pypi: 'requests urllib3 numpy pandas tensorflow pytorch scipy matplotlib django flask fastapi sqlalchemy beautifulsoup4 selenium pillow cryptography setuptools colorama boto3 botocore pyyaml python-dateutil pytest pydantic transformers scikit-learn openai anthropic langchain huggingface-hub celery scrapy psycopg2 opencv-python tqdm click jinja2 aiohttp paramiko poetry virtualenv'.split(
    ' ',
  ),
} as const;

/** Real packages whose names lie beside a popular one. */
const REAL: ReadonlySet<string> = new Set(
  'preact express-session lodash-es lodash.get moments requests2 httpx request requests-oauthlib chalk-cli commanders inquirer2 numba pandas-stubs dotenvx rollups vitest-cli mocha-cli jest click-spinner flasks django-js angular2 bcryptjs webpack5 eslint_d prettierd ethers5 openai2 axis mocks celery-types tqdm-stubs pytest-dev selenium-wire'.split(
    ' ',
  ),
);

const KNOWN: ReadonlySet<string> = new Set([...POPULAR.npm, ...POPULAR.pypi, ...REAL]);
/** `true` for the packages everybody installs; the list is far from whole. */
export function isWellKnown(name: string): boolean {
  return KNOWN.has(name);
}

/** Shorter names have too many honest neighbours. */
const MIN_LENGTH = 5;

/** The popular name that `name` is one slip away from: a letter more, less, other, or two swapped. */
export function lookalikeOf(ecosystem: 'npm' | 'pypi', name: string): string | undefined {
  if (name.length < MIN_LENGTH || name.length > 40 || KNOWN.has(name) || !/^[a-z0-9._-]+$/.test(name))
    return undefined;
  return POPULAR[ecosystem].find((popular) => popular.length >= MIN_LENGTH && isOneSlip(popular, name));
}

/** A letter more, less, other, or two neighbours swapped. */
export function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  if (a.length === b.length) {
    const swapped = a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
    return swapped || a.slice(at + 1) === b.slice(at + 1);
  }
  return a.length > b.length ? a.slice(at + 1) === b.slice(at) : a.slice(at) === b.slice(at + 1);
}
