import { assertNever } from '../contract/assert-never.ts';
import type { Disagreement, ProcessFact } from '../contract/attribution.ts';
import type { Evidence, Finding } from '../contract/finding.ts';
import type { ProcessRule } from '../rules/rule.ts';
import { toFinding, type DetectDeps } from './detect.ts';
import { redactFinding } from './redact.ts';

const MAX_MATCHES = 8;

export interface ProcessDetectDeps extends DetectDeps {
  readonly timeMs: number;
}

/**
 * Findings of one fact about what ran, in the order of the rules, with secrets taken out. Pure.
 * A rule that throws is skipped and told to `ruleFailed`.
 */
export function detectProcess(
  fact: ProcessFact,
  rules: readonly ProcessRule[],
  deps: ProcessDetectDeps,
): Finding[] {
  const about = aboutOf(fact);
  return rules.flatMap((rule) => {
    try {
      return rule
        .match(fact)
        .slice(0, MAX_MATCHES)
        .map((match) =>
          redactFinding(
            toFinding(rule, match, deps, {
              subject: {
                kind: 'process',
                ...(about.agentId === undefined ? {} : { agentId: about.agentId }),
                ...(about.cwd === undefined ? {} : { cwd: about.cwd }),
              },
              ...(about.sessionId === undefined ? {} : { sessionId: about.sessionId }),
              timeMs: deps.timeMs,
              evidence: evidenceOf(fact),
            }),
          ),
        );
    } catch {
      deps.ruleFailed(rule.id);
      return [];
    }
  });
}

interface About {
  readonly agentId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly cwd?: string | undefined;
}

function aboutOf(fact: ProcessFact): About {
  switch (fact.kind) {
    case 'process':
    case 'connection':
    case 'survivor':
    case 'traffic':
      return {
        agentId: fact.attribution.agentId,
        sessionId: fact.attribution.sessionId,
        cwd: fact.workspace ?? fact.process.cwd,
      };
    case 'reach':
    case 'fanout':
    case 'contact':
      return { agentId: fact.agentId, sessionId: fact.sessionId };
    case 'disagreement':
      return ofDisagreement(fact.disagreement);
    default:
      return assertNever(fact);
  }
}

function ofDisagreement(disagreement: Disagreement): About {
  const { agentId, sessionId } = disagreement;
  return disagreement.kind === 'unexplained-process'
    ? { agentId, sessionId, cwd: disagreement.process.cwd }
    : { agentId, sessionId };
}

/** The tool call that it belongs to. */
function evidenceOf(fact: ProcessFact): Evidence[] {
  if ('process' in fact) {
    const { toolCallId } = fact.attribution;
    return toolCallId === undefined ? [] : [{ toolCallId }];
  }
  return fact.kind === 'disagreement' && fact.disagreement.kind === 'missing-process'
    ? [{ toolCallId: fact.disagreement.callId }]
    : [];
}
