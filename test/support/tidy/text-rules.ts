import { importsOf } from './imports.ts'
import { everywhere, matches, type Rule } from './rule.ts'

const MOST_LINES = 300

const inTests = (path: string): boolean =>
  path.startsWith('test/') && !/^test\/(?:support|programs)\//.test(path)

/** How a file is written, whatever it is about. */
export const TEXT_RULES: readonly Rule[] = [
  {
    name: 'no empty catch',
    reason:
      'a failure that nobody hears of is found by the user; do or say something (a comment does neither)',
    where: everywhere,
    find: (source) => [
      ...matches(source, 'code', /\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}/g),
      ...matches(
        source,
        'code',
        /\.catch\(\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*=>\s*(?:\{\s*\}|undefined|void 0)\s*,?\s*\)/g,
      ),
      ...matches(source, 'code', /\.then\([^()]*,\s*\(\w*\)\s*=>\s*\{\s*\}\s*\)/g),
    ],
    bad: [
      ['src/a.ts', `try { f() } catch {}`],
      ['src/a.ts', `try { f() } catch (error) {\n  // nothing to do\n}`],
      ['src/a.ts', `f().catch(() => {})`],
      ['test/a.ts', `void f().catch((error: unknown) => undefined)`],
    ],
    good: [['src/a.ts', `try { f() } catch { return '' }\nf().catch(report)`]],
  },
  {
    name: 'no barrels',
    reason: 'a file of re-exports hides where things are and makes everything load everything',
    where: (path) => path !== 'src/index.ts',
    find: (source) => {
      const exported =
        /\bexport\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*'[^']*'\s*;?/g
      const rest = source.withoutComments
        .replace(exported, '')
        .replace(/\bimport\s[^']*'[^']*'\s*;?/g, '')
        .replace(/\bexport\s+(?:type\s+)?\{[^}]*\}\s*;?/g, '')
      const isBarrel = rest.trim() === '' && /\bexport\b/.test(source.code)
      return isBarrel ? [{ line: 1, what: 'only passes on what others export' }] : []
    },
    bad: [
      ['src/host/a.ts', `export * from './b.ts'\nexport { c } from './c.ts'`],
      ['src/host/a.ts', `import { b } from './b.ts'\nexport { b }`],
    ],
    good: [['src/host/a.ts', `export { c } from './c.ts'\nexport const d = 1`]],
  },
  {
    name: 'no holes in the types',
    reason: 'any, !, and silenced errors are where the compiler stops telling the truth',
    where: everywhere,
    find: (source) => [
      ...matches(source, 'code', /(?:[:<|&]\s*|\bas\s+)any\b(?!\s*[:(])/g),
      ...matches(source, 'code', /[\w)\]]!(?=[\s.,;)\]}([]|$)/g),
      ...matches(source, 'text', /@ts-(?:ignore|nocheck|expect-error)/g),
    ],
    bad: [
      ['src/a.ts', `export function f(x: any) {}`],
      ['src/a.ts', `const x = JSON.parse(y) as any`],
      ['src/a.ts', `const x: Array<any> = []`],
      ['test/a.ts', `const y = map.get(x)!.name`],
      ['src/a.ts', `// @ts-ignore`],
    ],
    good: [['src/a.ts', `if (!a && b !== c && !(d)) say(any, 'any: of them!') // any`]],
  },
  {
    name: 'named exports only',
    reason: 'one name for one thing wherever it is used',
    where: everywhere,
    find: (source) => matches(source, 'code', /\bexport\s+default\b|\bas\s+default\b/g),
    bad: [['src/a.ts', `export default function f() {}`]],
    good: [['src/a.ts', `const byDefault = 'export default'`]],
  },
  {
    name: 'imports end in .ts',
    reason: 'Node runs these files as they are and does not guess',
    where: everywhere,
    find: (source) =>
      importsOf(source).flatMap(({ line, specifier, target }) =>
        target === undefined || /\.(?:ts|json)$/.test(specifier) ? [] : [{ line, what: specifier }],
      ),
    bad: [
      ['src/a.ts', `import { b } from './b'`],
      ['src/a.ts', `import { b } from './b.js'`],
    ],
    good: [['src/a.ts', `import { b } from './b.ts'`]],
  },
  {
    name: 'no sleeping in tests',
    reason:
      'a test waits for a condition with a bound: a pause is too short on one machine and too long on all others',
    where: inTests,
    find: (source) => [
      ...matches(source, 'withoutComments', /from 'node:timers\/promises'/g),
      ...matches(source, 'code', /\bnew Promise\b[^\n]*\n?[^\n]*\bsetTimeout\b|\bAtomics\.wait\b/g),
    ],
    bad: [
      ['test/a.test.ts', `import { setTimeout as delay } from 'node:timers/promises'`],
      ['test/a.test.ts', `await new Promise((resolve) => setTimeout(resolve, 50))`],
    ],
    good: [['test/a.test.ts', `const timer = setTimeout(giveUp, 1000)`]],
  },
  {
    name: 'no diary',
    reason: 'git keeps history and tickets; the code says what is and why',
    where: everywhere,
    find: (source) =>
      matches(source, 'text', /(?<![\w&#'"])#\d+\b(?![\w;])|\b(?:issue|ticket|PR)\s+#?\d+/gi),
    bad: [
      ['src/a.ts', `// see #12`],
      ['test/a.ts', `test('fixes issue 12', f)`],
    ],
    good: [
      ['src/a.ts', `const colour = '#00aaff' // an issue of two`],
      ['test/a.ts', `const first = { after: ['#1'] }`],
    ],
  },
  {
    name: 'a tool has a name',
    reason:
      'nobody looks for anything in utils: a tool is a file with its own name, or stays private',
    where: everywhere,
    find: ({ path }) =>
      /\/(?:utils?|helpers?|misc|common|shared|lib|tools)(?:\.ts|\/)/.test(path)
        ? [{ line: 1, what: path }]
        : [],
    bad: [['src/host/utils.ts', '']],
    good: [['src/host/paths.ts', '']],
  },
  {
    name: 'short files',
    reason: `a file over ${MOST_LINES} lines is two files`,
    where: everywhere,
    find: ({ text }) => {
      const lines = text.trimEnd().split('\n').length
      return lines > MOST_LINES ? [{ line: MOST_LINES + 1, what: `${lines} lines` }] : []
    },
    bad: [['src/a.ts', 'a\n'.repeat(MOST_LINES + 1)]],
    good: [['src/a.ts', 'a\n'.repeat(MOST_LINES)]],
  },
]
