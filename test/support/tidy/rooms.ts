import { importsOf, type Import } from './imports.ts'
import type { Finding } from './rule.ts'
import type { SourceText } from './source-text.ts'

/**
 * Who may import whom. A room's own folder always; `x:type` only its types, `x:lazy` also by `import()`.
 * Rooms are the folders of src, a single file (`host/paths`), or a file at its root (`config`).
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  contract: ['domain:type'],
  formats: ['domain', 'contract:type', 'config:type'],
  store: ['domain'],
  host: ['domain', 'formats', 'config:type'],
  wrapper:
    'domain contract:type version host/at-exit host/atomic-write host/clock host/identity host/kept-file host/paths host/report-prune host/report-writer host/reports-kept host/run-attended'.split(
      ' ',
    ),
  operations: ['domain', 'contract:type', 'formats', 'store:type', 'host:type', 'ROOT:type'],
  api: ['domain', 'contract', 'formats', 'operations', 'version', 'ROOT:type'],
  client: ['domain', 'contract', 'host', 'version', 'config:type'],
  offline: 'domain contract:type formats store host operations version config'.split(' '),
  daemon: 'domain contract formats store host wrapper operations api client offline ROOT'.split(
    ' ',
  ),
  cli: 'domain contract client wrapper offline:lazy daemon:lazy version config:type host/paths host/clock'.split(
    ' ',
  ),
  mcp: 'domain contract client wrapper offline:lazy version config:type host/paths'.split(' '),
  config: ['domain', 'formats', 'host'],
  events: ['domain', 'host:type', 'store:type', 'log:type'],
  log: ['domain', 'host', 'config:type'],
  version: [],
  index: ['client', 'wrapper', 'version', 'domain:type', 'contract:type'],
  main: ['cli:lazy', 'daemon:lazy', 'mcp:lazy', 'version'],
}

const ROOT = ['config', 'events', 'log', 'version']

/** Imports of a file in src that its room does not allow. */
export function forbiddenImports(source: SourceText): Finding[] {
  const room = roomOf(source.path)
  const allowed = ROOMS[room]
  if (allowed === undefined) return [{ line: 1, what: `src/${room} is not a room we know` }]
  return importsOf(source).flatMap((each) => {
    if (each.target === undefined || each.target === 'package.json') return []
    const target = roomOf(each.target)
    if (target === room || isAllowed(allowed, each, target)) return []
    return [{ line: each.line, what: `${room} may not import ${each.specifier} (${each.kind})` }]
  })
}

function isAllowed(allowed: readonly string[], each: Import, target: string): boolean {
  const file = (each.target ?? '').replace(/^src\//, '').replace(/\.ts$/, '')
  return allowed.some((entry) => {
    const [name = '', only = 'value'] = entry.split(':')
    const isNamed = name === target || name === file || (name === 'ROOT' && ROOT.includes(target))
    return isNamed && (only === 'value' || each.kind === 'type' || each.kind === only)
  })
}

/** The folder below src, or the name of a file that lies in src itself. */
function roomOf(path: string): string {
  return /^src\/([^/]+?)(?:\/|\.ts$)/.exec(path)?.[1] ?? path
}
