import { registrableDomain } from './hosts.ts';

/** Where everybody's tools go: registries, code hosts, documentation. Registrable domains. */
const USUAL = new Set(
  (
    'npmjs.org npmjs.com yarnpkg.com pypi.org pythonhosted.org crates.io rust-lang.org docs.rs golang.org go.dev ' +
    'rubygems.org maven.org apache.org gradle.org nuget.org packagist.org hex.pm debian.org ubuntu.com alpinelinux.org ' +
    'archlinux.org fedoraproject.org brew.sh github.com githubusercontent.com gitlab.com bitbucket.org codeberg.org ' +
    'nodejs.org python.org docker.com docker.io ghcr.io quay.io k8s.io kubernetes.io microsoft.com google.com ' +
    'googleapis.com mozilla.org w3.org ietf.org stackoverflow.com stackexchange.com wikipedia.org mdn.dev readthedocs.io ' +
    'readthedocs.org jsdelivr.net unpkg.com esm.sh deno.land jsr.io cloudflare.com amazonaws.com azure.com anthropic.com ' +
    'claude.com claude.ai openai.com chatgpt.com modelcontextprotocol.io example.com example.org example.net'
  ).split(' '),
);

export function isUsualHost(host: string): boolean {
  return USUAL.has(registrableDomain(host) ?? host);
}

/** Where packages' install scripts fetch what belongs to them. Exact hosts. */
const INSTALL_HOSTS = new Set(
  (
    'registry.npmjs.org registry.yarnpkg.com nodejs.org unofficial-builds.nodejs.org github.com codeload.github.com ' +
    'objects.githubusercontent.com release-assets.githubusercontent.com raw.githubusercontent.com cdn.playwright.dev ' +
    'playwright.azureedge.net playwright-akamai.azureedge.net storage.googleapis.com edgedl.me.gvt1.com ' +
    'binaries.prisma.sh downloads.sentry-cdn.com download.cypress.io cdn.cypress.io registry.npmmirror.com ' +
    'pypi.org files.pythonhosted.org static.crates.io index.crates.io static.rust-lang.org proxy.golang.org sum.golang.org ' +
    'rubygems.org repo.maven.apache.org repo1.maven.org services.gradle.org fonts.googleapis.com fonts.gstatic.com'
  ).split(' '),
);

export function isInstallHost(host: string): boolean {
  return INSTALL_HOSTS.has(host);
}
