import { importsOf } from './imports.ts'
import { inSrc, inSrcBut, matches, type Rule } from './rule.ts'
import { forbiddenImports } from './rooms.ts'

const isDoor = (path: string): boolean => /^src\/(?:cli|mcp)\//.test(path)

/** What may touch what. */
export const LAYER_RULES: readonly Rule[] = [
  {
    name: 'import directions',
    reason: 'doors call operations, operations ask the domain: the folder is the layer',
    where: inSrc,
    find: forbiddenImports,
    bad: [
      ['src/domain/a.ts', `import type { Store } from '../store/store.ts'`],
      ['src/cli/a.ts', `import { openStore } from '../store/open-store.ts'`],
      ['src/cli/a.ts', `import { read } from '../offline/read.ts'`],
      ['src/operations/a.ts', `import { type Store, openStore } from '../store/open-store.ts'`],
      ['src/wrapper/a.ts', `import { watch } from '../host/watch.ts'`],
      ['src/shed/a.ts', `export const a = 1`],
    ],
    good: [
      ['src/operations/a.ts', `import { type Store } from '../store/store.ts'`],
      ['src/cli/a.ts', `const m = await import('../offline/read.ts')`],
      ['src/wrapper/a.ts', `import { write } from '../host/atomic-write.ts'`],
      ['src/cli/a.ts', `// import { a } from '../store/a.ts'\nconst s = "from '../store/a.ts'"`],
    ],
  },
  {
    name: 'the domain is pure',
    reason: 'the same facts must always give the same decision, in a test as at night',
    where: (path) => path.startsWith('src/domain/'),
    find: (source) => [
      ...importsOf(source).flatMap(({ line, specifier, target }) =>
        target === undefined ? [{ line, what: `imports ${specifier}` }] : [],
      ),
      ...matches(source, 'code', /\b(?:async|await|Promise|Math\.random|crypto)\b/g),
      ...matches(source, 'code', /\bprocess\.(?:env|pid|argv|platform|cwd|on|hrtime|exit|kill)\b/g),
      ...matches(source, 'code', /\b(?:performance|set(?:Timeout|Interval|Immediate))\b/g),
      ...matches(source, 'code', /\bDate(?:\.now\b|\(\s*\)|(?=[^.(\w]))/g),
    ],
    bad: [
      ['src/domain/a.ts', `import { z } from 'zod'`],
      ['src/domain/a.ts', `import os from 'node:os'`],
      ['src/domain/a.ts', `export async function f() {}`],
      ['src/domain/a.ts', `const now = new Date()`],
      ['src/domain/a.ts', `const now = Date.now()`],
      ['src/domain/a.ts', `const dice = Math.random()`],
      ['src/domain/a.ts', `const us = process.pid`],
    ],
    good: [['src/domain/a.ts', `const iso = new Date(wallMs).toISOString() // not async`]],
  },
  {
    name: 'one clock',
    reason:
      'time is injected, wall and monotonic apart: only src/host/clock.ts may ask what time it is',
    where: inSrcBut('host/clock.ts'),
    find: (source) =>
      matches(
        source,
        'code',
        /\bDate\.now\b|\bnew Date(?:\(\s*\)|(?!\())|\bperformance\.now\b|\bhrtime\b|\buptime\(/g,
      ),
    bad: [
      ['src/daemon/a.ts', `const t = Date.now()`],
      ['src/daemon/a.ts', `const t = new Date( )`],
      ['src/cli/a.ts', `const t = performance.now()`],
      ['src/cli/a.ts', `const t = process.hrtime.bigint()`],
    ],
    good: [
      ['src/daemon/a.ts', `const t = new Date(wallMs) // Date.now()`],
      ['src/host/clock.ts', `const t = Date.now()`],
    ],
  },
  {
    name: 'the system only in host',
    reason: 'what touches files and processes is in one folder, where its failures are handled',
    where: inSrcBut('host/', 'daemon/', 'main.ts'),
    find: (source) => [
      ...importsOf(source).flatMap(({ line, specifier }) =>
        /^node:(?:fs|child_process|fs\/promises|cluster|worker_threads)$/.test(specifier)
          ? [{ line, what: `imports ${specifier}` }]
          : [],
      ),
      ...matches(source, 'code', /\bprocess\.(?:kill|umask|chdir|abort|setuid|setgid|dlopen)\b/g),
      ...(isDoor(source.path)
        ? []
        : matches(source, 'code', /\bprocess\.(?:exit|on|once)\b|\bgetBuiltinModule\b/g)),
    ],
    bad: [
      ['src/api/a.ts', `import { readFileSync } from 'node:fs'`],
      ['src/cli/a.ts', `import { spawn } from 'node:child_process'`],
      ['src/operations/a.ts', `process.kill(pid, 'SIGTERM')`],
      ['src/operations/a.ts', `process.exit(1)`],
    ],
    good: [
      ['src/host/a.ts', `import { readFileSync } from 'node:fs'`],
      ['src/cli/a.ts', `process.exitCode = 1`],
      ['src/cli/a.ts', `process.once('SIGINT', leave)`],
    ],
  },
  {
    name: 'SQL only in store',
    reason:
      'another engine must be able to stand behind the same verbs (the kernel lock in host is no store)',
    where: inSrcBut('store/', 'host/'),
    find: (source) => [
      ...importsOf(source).flatMap(({ line, specifier }) =>
        /^(?:kysely|node:sqlite)\b/.test(specifier) ? [{ line, what: `imports ${specifier}` }] : [],
      ),
      ...matches(
        source,
        'strings',
        /\b(?:select\s[^'"]+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+table|pragma\s+\w+\s*[=(]|begin\s+(?:immediate|exclusive))\b/gi,
      ),
    ],
    bad: [
      ['src/operations/a.ts', `db.exec('select id from jobs')`],
      ['src/operations/a.ts', 'db.exec(`\n  INSERT INTO jobs`)'],
      ['src/daemon/a.ts', `import { Kysely } from 'kysely'`],
    ],
    good: [['src/operations/a.ts', `say('selected from the list') // delete from jobs`]],
  },
]
