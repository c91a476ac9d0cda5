import { useNavigate, useParams } from '@tanstack/react-router';
import { KeyRound, Plug } from 'lucide-react';
import type { Credential, McpServer } from '../../collector/contract/agent.ts';
import { AgentLabel } from '../components/agent-mark.tsx';
import { CopyJson } from '../components/copy.tsx';
import { FoundAbout } from '../components/found-about.tsx';
import { Facts } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Sheet } from '../components/sheet.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { PutBack, TakeOut, useTakenOut } from '../components/take-out.tsx';
import { UsedBy } from '../components/used-by.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useNow } from '../hooks/use-now.ts';
import { links } from '../links.ts';
import { isAboutServer } from '../words/about.ts';
import { credentialName, expiryWords, isReadableByOthers } from '../words/credential.ts';
import { credentialPlace, SCOPE_WORDS } from '../words/names.ts';
import { count, plural } from '../words/number.ts';
import { pinning, serverCalls, serverRuns } from '../words/server.ts';

/** One MCP server: what it is, who uses it, which tools, which keys. */
export function ServerSheet() {
  const { id = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useCall('mcpServers.list', {});
  const server = query.data?.find((item) => item.id === id);
  const taken = useTakenOut().find(({ target }) => target.id === id);
  return (
    <Sheet
      title={server?.name ?? 'MCP server'}
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
            ['Set in', <PathText key="c" path={server.configPath} max={60} />],
            ['Set for', SCOPE_WORDS[server.scope]],
            ['Variables', server.envNames.join(', ')],
            ['Headers', server.headerNames.join(', ')],
          ]}
        />
      </section>
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
      {held.length > 0 && (
        <section>
          <h3>Credentials it holds</h3>
          <ul className="plain-list">
            {held.map((credential) => (
              <li key={credential.id}>
                <a href={links.credential(credential.id)}>{credentialName(credential)}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
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
    </div>
  );
}
