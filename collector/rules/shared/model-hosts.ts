/** Servers that answer for models, by vendor; registrable domains or hosts. Vendors' documentation, 2026-11. */
export const MODEL_HOSTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    anthropic: 'api.anthropic.com claude.ai console.anthropic.com',
    openai: 'api.openai.com chatgpt.com chat.openai.com',
    google: 'generativelanguage.googleapis.com cloudcode-pa.googleapis.com aistudio.google.com',
    github: 'api.githubcopilot.com copilot-proxy.githubusercontent.com models.github.ai',
    xai: 'api.x.ai',
    mistral: 'api.mistral.ai codestral.mistral.ai',
    deepseek: 'api.deepseek.com',
    alibaba: 'dashscope.aliyuncs.com dashscope-intl.aliyuncs.com',
    moonshot: 'api.moonshot.ai api.moonshot.cn',
    zhipu: 'open.bigmodel.cn api.z.ai',
    groq: 'api.groq.com',
    together: 'api.together.xyz api.together.ai',
    fireworks: 'api.fireworks.ai',
    openrouter: 'openrouter.ai',
    perplexity: 'api.perplexity.ai',
    cohere: 'api.cohere.com api.cohere.ai',
    huggingface: 'api-inference.huggingface.co router.huggingface.co',
    replicate: 'api.replicate.com',
  }).flatMap(([vendor, hosts]) => hosts.split(' ').map((host) => [host, vendor] as const)),
);

/** Agents that talk to one vendor only, unless somebody configured another. */
export const OWN_VENDOR: Readonly<Record<string, string>> = {
  'claude-code': 'anthropic',
  'claude-desktop': 'anthropic',
  codex: 'openai',
  'gemini-cli': 'google',
};

/** Vendor behind a host, or nothing. */
export function modelVendorOf(host: string): string | undefined {
  return MODEL_HOSTS.get(host);
}
