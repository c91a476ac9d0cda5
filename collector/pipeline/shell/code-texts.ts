/** Perl and Ruby: `qx{cat x}`, `%x(cat x)`, `system(%q(cat x))`. */
const QUOTED_COMMAND =
  /(?:\bqx|%x|\b(?:system|exec)[ \t]{0,8}\(?[ \t]{0,8}(?:%q|q{1,2}))[ \t]{0,8}(?:\{([^{}\n]{1,2000})\}|\(([^()\n]{1,2000})\)|[[/|]([^\]/|\n]{1,2000})[\]/|])/gi;
/** Perl: `open(my $f, "-|", "cat x")`. */
const OPEN_MODE =
  /\bopen[ \t]{0,8}\(?[^"'\n;]{0,40}["'](?:-\||\|-)["'][ \t]{0,8},[ \t]{0,8}["']([^"'\n]{1,2000})["']/g;
/** Perl: `open(F, "cat x|")`, `open(F, "|cat x")`; Ruby: `open("|cat x")`. */
const OPEN_PIPE =
  /\bopen[ \t]{0,8}\(?[^"'\n;]{0,40}["'](?:\|[ \t]{0,8}([^"'|\n]{1,2000})|([^"'|\n]{1,2000})\|)["']/g;

/**
 * Shell text that is no argument of a call by name, per language. Every body is bounded, so that a hostile text costs
 * linear time.
 */
const PATTERNS: Readonly<Record<string, readonly RegExp[] | undefined>> = {
  perl: [QUOTED_COMMAND, OPEN_MODE, OPEN_PIPE],
  ruby: [QUOTED_COMMAND, OPEN_PIPE],
  // `print | "cat x"`, `"cat x" | getline`
  awk: [/[^|]\|&?[ \t]{0,8}"([^"\n]{1,2000})"/g, /"([^"\n]{1,2000})"[ \t]{0,8}\|&?[ \t]{0,8}getline/g],
  // `"cat x".execute()`
  groovy: [/["']([^"'\n]{1,2000})["']\.execute[ \t]{0,8}\(/g],
  // `spawn cat x`
  expect: [/(?:^|[;\n])[ \t]{0,32}spawn[ \t]{1,8}([^;\n]{1,2000})/g],
  // `cp['execSync']('cat x')`
  node: [/\[["'](?:exec|execSync)["']\][ \t]{0,8}\([ \t]{0,8}["'`]([^"'`\n]{1,2000})["'`]/g],
};

export function textPatterns(language: string): readonly RegExp[] {
  return (Object.hasOwn(PATTERNS, language) ? PATTERNS[language] : undefined) ?? [];
}
