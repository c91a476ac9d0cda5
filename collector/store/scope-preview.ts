import type { Database } from 'better-sqlite3';
import type { SuppressionScope } from '../contract/finding-life.ts';
import { Finding, severityRank } from '../contract/finding.ts';
import { fits, isBelow, mayHide } from '../pipeline/decisions.ts';

export interface ScopePreview {
  readonly count: number;
  /** The gravest, then the latest of those it would hide. */
  readonly examples: readonly Finding[];
  /** Critical findings that fit and stay, because the scope does not name their rule. */
  readonly criticalKept: number;
}

const SHOWN = "status IN ('open', 'acknowledged')";
const CRITICAL = severityRank('critical');
/** Examples are taken from so many projects. */
const MAX_PROJECTS = 200;

/**
 * What a suppression would hide now. Rule, subject and project are counted in an index, whatever the number of findings;
 * a folder needs each finding, because all files of its evidence must lie below it.
 */
export function previewScope(db: Database, scope: SuppressionScope, mostExamples: number): ScopePreview {
  if (scope.pathPrefix !== undefined) return previewEach(db, scope, mostExamples);
  const { where, params } = indexed(scope);
  const groups = db
    .prepare<unknown[], Group>(
      `SELECT project, severity = ${CRITICAL} AS critical, count(*) AS n FROM finding_scopes
       WHERE ${[...where, SHOWN].join(' AND ')} GROUP BY project, severity = ${CRITICAL}`,
    )
    .all(...params)
    .filter(({ project }) => scope.project === undefined || isBelow(project ?? undefined, scope.project));
  const hides = ({ critical }: Group): boolean => critical === 0 || scope.ruleId !== undefined;
  const sum = (chosen: readonly Group[]): number => chosen.reduce((all, { n }) => all + n, 0);
  const projects = [...new Set(groups.map(({ project }) => project))].slice(0, MAX_PROJECTS);
  return {
    count: sum(groups.filter(hides)),
    examples: examplesOf(db, scope, projects, mostExamples),
    criticalKept: sum(groups.filter((group) => !hides(group))),
  };
}

interface Group {
  readonly project: string | null;
  readonly critical: number;
  readonly n: number;
}

/** The gravest of each project, then the gravest of all: each is read in the order of its index. */
function examplesOf(
  db: Database,
  scope: SuppressionScope,
  projects: readonly (string | null)[],
  most: number,
): readonly Finding[] {
  const { where, params } = indexed(scope);
  const mildest = scope.ruleId === undefined ? CRITICAL : CRITICAL + 1;
  const first = db.prepare<unknown[], { finding_id: string; severity: number; last_seen_ms: number }>(
    `SELECT finding_id, severity, last_seen_ms FROM finding_scopes
     WHERE ${[...where, 'project IS ?', 'status = ?', `severity < ${mildest}`].join(' AND ')}
     ORDER BY severity DESC, last_seen_ms DESC LIMIT ${most}`,
  );
  const body = db.prepare<[string], { body: string }>('SELECT body FROM findings WHERE id = ?');
  return projects
    .flatMap((project) => ['open', 'acknowledged'].flatMap((status) => first.all(...params, project, status)))
    .sort((one, other) => other.severity - one.severity || other.last_seen_ms - one.last_seen_ms)
    .slice(0, most)
    .flatMap(({ finding_id: id }) => {
      const row = body.get(id);
      return row === undefined ? [] : [Finding.parse(JSON.parse(row.body))];
    });
}

function previewEach(db: Database, scope: SuppressionScope, mostExamples: number): ScopePreview {
  const { where, params } = indexed(scope);
  const fitting = db
    .prepare<unknown[], { body: string }>(
      `SELECT body FROM findings WHERE id IN (SELECT finding_id FROM finding_scopes WHERE ${[...where, SHOWN].join(' AND ')})
       AND instr(body, ?) > 0 ORDER BY severity DESC, last_seen_ms DESC`,
    )
    // As it stands in JSON, without the quotes and without what `isBelow` leaves out at its end.
    .all(...params, JSON.stringify((scope.pathPrefix ?? '').replace(/[\\/]{1,8}$/, '')).slice(1, -1))
    .map(({ body }) => Finding.parse(JSON.parse(body)))
    .filter((finding) => fits(scope, finding));
  const hidden = fitting.filter((finding) => mayHide(scope, finding));
  return {
    count: hidden.length,
    examples: hidden.slice(0, mostExamples),
    criticalKept: fitting.length - hidden.length,
  };
}

/** The part of a scope that an index answers; of a project only what could lie below it. */
function indexed({ ruleId, subject, project }: SuppressionScope): {
  readonly where: string[];
  readonly params: string[];
} {
  const where: string[] = [];
  const params: string[] = [];
  if (ruleId !== undefined) {
    where.push('rule_id = ?');
    params.push(ruleId);
  }
  if (subject !== undefined) {
    where.push('subject = ?');
    params.push(subject);
  }
  if (project !== undefined) {
    const base = project.replace(/[\\/]{1,8}$/, '');
    where.push('project >= ? AND project < ?');
    params.push(base, `${base}\u{10FFFF}`);
  }
  return { where, params };
}
