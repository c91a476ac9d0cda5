import { useNavigate, useParams } from '@tanstack/react-router';
import { KeyRound, Plug } from 'lucide-react';
import type { Credential, McpServer } from '../../collector/contract/agent.ts';
import { AgentLabel } from '../components/agent-mark.tsx';
import { CopyJson } from '../components/copy.tsx';
import { CredentialCheck } from '../components/credential-check.tsx';
import { FoundAbout } from '../components/found-about.tsx';
import { Facts } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Sheet } from '../components/sheet.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { PutBack, TakeOut, useTakenOut } from '../components/take-out.tsx';
import { UsedBy } from '../components/used-by.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useAgentNames } from '../hooks/machine.tsx';
import { useNow } from '../hooks/use-now.ts';
import { links } from '../links.ts';
import { isAboutServer } from '../words/about.ts';
import { credentialName, expiryWords, isReadableByOthers } from '../words/credential.ts';
import { agentName, credentialPlace, SCOPE_WORDS } from '../words/names.ts';
import { visible } from '../words/visible.ts';
import { count, plural } from '../words/number.ts';
import {
  isSameServer,
  pinning,
  reachOfServer,
  serverCalls,
  serverHost,
  serverRuns,
} from '../words/server.ts';

/** One MCP server: what it is, who uses it, which tools, which keys. */
export function ServerSheet() {
  const { id = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useCall('mcpServers.list', {});
  const server = query.data?.find((item) => item.id === id);
  const taken = useTakenOut().find(({ target }) => target.id === id);
  return (
    <Sheet
      title={server === undefined ? 'MCP server' : visible(server.name)}
      above={
        server === undefined ? undefined : (
          <>
            MCP server
            {!server.enabled && <span className="badge">off</span>}
          </>
        )
      }
      actions={server === undefined ? undefined : <CopyJson value={server} />}
      onClose={() => void navigate({ to: '/connections' })}
      foot={
        server === undefined || server.scope === 'managed' ? undefined : (
          <TakeOut what={{ kind: 'mcpServer', id, name: server.name }} />
        )
      }
    >
      <Answer query={query}>
        {() =>
          server === undefined ? (
            <Empty
              icon={Plug}
              title={taken === undefined ? 'This server is not set up any more' : 'This server is out of use'}
              action={
                taken === undefined ? undefined : <PutBack auditSeq={taken.auditSeq} effect={taken.undo} />
              }
            >
              {taken === undefined
                ? undefined
                : 'It was taken out of its agent’s settings. You can put it back as it was.'}
            </Empty>
          ) : (
            <OneServer server={server} />
          )
        }
      </Answer>
    </Sheet>
  );
}

function OneServer({ server }: { readonly server: McpServer }) {
  const { data: credentials } = useCall('credentials.list', {});
  const held = credentials?.filter((credential) => server.credentialIds.includes(credential.id)) ?? [];
  const version = pinning(server);
  return (
    <div className="story">
      <FoundAbout isAbout={(finding) => isAboutServer(finding, server)} />
      <section>
        <Facts
          items={[
            [
              server.url === undefined ? 'Runs' : 'Is at',
              <code key="r" className="wrap">
                {serverRuns(server)}
              </code>,
            ],
            ['Version', version.why],
            ['Set up in', <SetUpIn key="c" server={server} />],
            ['Set for', SCOPE_WORDS[server.scope]],
            ['Runs now', <RunsIn key="n" server={server} />],
            ['Variables', server.envNames.join(', ')],
            ['Headers', server.headerNames.join(', ')],
          ]}
        />
      </section>
      <Reaches server={server} held={held} />
      <UsedBy agentIds={server.agentIds} />
      <section>
        <h3>
          Tools used{' '}
          {server.usedTools.length > 0 && (
            <span className="muted">{plural(serverCalls(server), 'call')}</span>
          )}
        </h3>
        {server.usedTools.length === 0 ? (
          <p className="muted">None was called yet. What it offers is not known without starting it.</p>
        ) : (
          <>
            <ul className="plain-list">
              {server.usedTools.map((tool) => (
                <li key={tool.name} className="line">
                  <code className="grow">{tool.name}</code>
                  {server.autoApproved?.some((name) => name === '*' || name === tool.name) === true && (
                    <span className="badge">without asking</span>
                  )}
                  <span className="num">{count(tool.calls)}</span>
                  <span className="muted small">
                    <When timeMs={tool.lastUsedMs} />
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
    </div>
  );
}

/** The file that sets it up, and the others that set up the same one. */
function SetUpIn({ server }: { readonly server: McpServer }) {
  const { data } = useCall('mcpServers.list', {});
  const twins = data?.filter((other) => other.id !== server.id && isSameServer(other, server)) ?? [];
  return (
    <>
      <PathText path={server.configPath} max={60} />
      {server.place !== undefined && <span className="muted"> in {server.place}</span>}
      {twins.map((twin) => (
        <span key={twin.id} className="block">
          <span className="muted">and in</span>{' '}
          <a href={links.server(twin.id)}>
            <PathText path={twin.configPath} max={54} />
          </a>
          {twin.name !== server.name && <span className="muted"> as {twin.name}</span>}
        </span>
      ))}
    </>
  );
}

const MOST_SHOWN = 5;

/** The processes that are it now, as the collector tells. */
function RunsIn({ server }: { readonly server: McpServer }) {
  const { data, isError } = useCall('mcpServers.running', {}, { enabled: server.transport === 'stdio' });
  const names = useAgentNames();
  if (server.transport !== 'stdio')
    return <>{serverHost(server) === undefined ? 'elsewhere' : `at ${serverHost(server) ?? ''}`}</>;
  if (data === undefined) return <span className="muted">{isError ? 'not known' : 'looking…'}</span>;
  const running = data.find(({ id }) => id === server.id)?.processes ?? [];
  if (running.length === 0) return <span className="muted">no; its agents start it when they need it</span>;
  return (
    <>
      {running.slice(0, MOST_SHOWN).map((process) => (
        <span key={process.pid} className="block">
          for {process.agentId === undefined ? 'an agent' : agentName(process.agentId, names)}
          {process.sessionId !== undefined && (
            <>
              , in <a href={links.session(process.sessionId, 'processes')}>this session</a>
            </>
          )}
          , since <When timeMs={process.startTimeMs} /> <span className="muted">process {process.pid}</span>
        </span>
      ))}
      {running.length > MOST_SHOWN && (
        <span className="block muted">and {plural(running.length - MOST_SHOWN, 'other')}</span>
      )}
    </>
  );
}

/** What it could get at. Possibilities, from how it is set up; what it did stands in the sessions. */
function Reaches({ server, held }: { readonly server: McpServer; readonly held: readonly Credential[] }) {
  const lines = reachOfServer(server);
  return (
    <section>
      <h3>What it may reach</h3>
      <ul className="bullets">
        {lines.map((line) => (
          <li key={line.text}>
            {line.text}
            {line.paths?.map((path) => (
              <span key={path}>
                {' '}
                <PathText path={path} max={40} />
              </span>
            ))}
          </li>
        ))}
        {held.map((credential) => (
          <li key={credential.id}>
            Whatever the <a href={links.credential(credential.id)}>{credentialName(credential)}</a> opens
            {credential.principal !== undefined && `, as ${credential.principal}`}
            {credential.scopes !== undefined && credential.scopes.length > 0
              ? `: ${credential.scopes.join(', ')}`
              : '; how much that is, is not known here'}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One credential: whose, where it lies, how well, who can use it. Never its value. */
export function CredentialSheet() {
  const { id = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useCall('credentials.list', {});
  const credential = query.data?.find((item) => item.id === id);
  return (
    <Sheet
      title={credential === undefined ? 'Credential' : credentialName(credential)}
      above="Credential"
      actions={credential === undefined ? undefined : <CopyJson value={credential} />}
      onClose={() => void navigate({ to: '/connections' })}
    >
      <Answer query={query}>
        {() =>
          credential === undefined ? (
            <Empty icon={KeyRound} title="This credential is not there any more" />
          ) : (
            <OneCredential credential={credential} />
          )
        }
      </Answer>
    </Sheet>
  );
}

function OneCredential({ credential }: { readonly credential: Credential }) {
  const now = useNow();
  const { data: servers } = useCall('mcpServers.list', {});
  const users = servers?.filter((server) => credential.usedBy.mcpServerIds.includes(server.id)) ?? [];
  return (
    <div className="story">
      <section>
        <p className="prose">
          {credential.plaintext
            ? `It lies in plain text${isReadableByOthers(credential) ? ', and other accounts of this machine may read the file' : ''}. Whoever reads the file can use it.`
            : 'It is kept in a protected place.'}{' '}
          Reeve never stores or sends its value.
        </p>
      </section>
      <section>
        <Facts
          items={[
            ['Acts as', credential.principal],
            ['May', credential.scopes?.join(', ')],
            ['Lies in', <PathText key="p" path={credentialPlace(credential.location)} max={64} />],
            [
              'There at',
              credential.location.pointer === undefined ? (
                credential.location.line === undefined ? undefined : (
                  `line ${credential.location.line}`
                )
              ) : (
                <code key="at">{credential.location.pointer}</code>
              ),
            ],
            [
              'Who may read it',
              credential.fileMode === undefined
                ? undefined
                : `${isReadableByOthers(credential) ? 'other accounts too' : 'only you'} (mode ${credential.fileMode})`,
            ],
            [
              'Issued',
              credential.issuedMs === undefined ? undefined : <When key="i" timeMs={credential.issuedMs} />,
            ],
            ['Expires', expiryWords(credential, now)],
            ['Fingerprint', <code key="f">{credential.fingerprint}</code>],
          ]}
        />
      </section>
      <section>
        <h3>Who can use it</h3>
        <ul className="plain-list">
          {credential.usedBy.agentIds.map((agent) => (
            <li key={agent}>
              <a href={links.agent(agent)}>
                <AgentLabel id={agent} />
              </a>
            </li>
          ))}
          {users.map((server) => (
            <li key={server.id}>
              <a href={links.server(server.id)}>{server.name}</a> <span className="muted">MCP server</span>
            </li>
          ))}
          {credential.usedBy.agentIds.length + users.length === 0 && <li className="muted">Nobody known</li>}
        </ul>
      </section>
      <AlsoIn credential={credential} />
      <CredentialCheck credential={credential} key={credential.id} />
    </div>
  );
}

/** Other places with the very same value: changing it in one of them is not enough. */
function AlsoIn({ credential }: { readonly credential: Credential }) {
  const { data } = useCall('credentials.list', {});
  const others =
    data?.filter(({ id, fingerprint }) => fingerprint === credential.fingerprint && id !== credential.id) ??
    [];
  if (others.length === 0) return null;
  return (
    <section>
      <h3>Also lies in</h3>
      <p className="muted">
        The same value, by its fingerprint. Whoever replaces it has to do it in every place.
      </p>
      <ul className="plain-list">
        {others.map((other) => (
          <li key={other.id}>
            <a href={links.credential(other.id)}>
              <PathText path={credentialPlace(other.location)} max={60} />
            </a>{' '}
            <span className="muted small">
              {other.location.pointer ??
                (other.location.line === undefined ? '' : `line ${other.location.line}`)}
              {other.place !== undefined && ` in ${other.place}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
