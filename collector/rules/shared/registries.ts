/** Registries, mirrors and hosted feeds that many companies and projects use. */
const KNOWN_INDEX =
  /(?:^|\.)(?:pytorch\.org|npmjs\.(?:org|com)|yarnpkg\.com|pypi\.org|pythonhosted\.org|nvidia\.com|rubygems\.org|crates\.io|jsr\.io|npmmirror\.com|tuna\.tsinghua\.edu\.cn|aliyun\.com|ustc\.edu\.cn|tencent\.com|huaweicloud\.com|jfrog\.io|pkg\.dev|pkg\.github\.com|codeartifact\.[\w-]+\.amazonaws\.com|gemfury\.(?:com|io)|anaconda\.org|cloudsmith\.io|dev\.azure\.com|visualstudio\.com|expo\.dev|fontawesome\.com|buf\.build|proxy\.golang\.org|goproxy\.(?:io|cn)|sum\.golang\.org|maven\.org|apache\.org|gradle\.org|nuget\.org|debian\.org|ubuntu\.com|fedoraproject\.org|nodesource\.com|docker\.com|hashicorp\.com|k8s\.io|postgresql\.org|launchpad(?:content)?\.net|gitlab\.com|github\.com|microsoft\.com|google\.com|powershellgallery\.com|chocolatey\.org|conda\.anaconda\.org)$/;

export function isKnownRegistry(host: string): boolean {
  return KNOWN_INDEX.test(host);
}
