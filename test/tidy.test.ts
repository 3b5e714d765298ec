import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { LAYER_RULES } from './support/tidy/layer-rules.ts'
import type { Rule } from './support/tidy/rule.ts'
import { readSource, type SourceText } from './support/tidy/source-text.ts'
import { staticReach } from './support/tidy/static-reach.ts'
import { TEXT_RULES } from './support/tidy/text-rules.ts'

const root = resolve(import.meta.dirname, '..')
const read = (name: string): string => readFileSync(join(root, name), 'utf8')

/** The rules' own samples are bad on purpose. */
const SAMPLES = /^test\/support\/tidy\/\w+-rules\.ts$/

const sources = globSync('{src,test,bench,.ci}/**/*.ts', { cwd: root })
  .filter((path) => !SAMPLES.test(path))
  .toSorted()
  .map((path) => readSource(path, read(path)))

for (const rule of [...LAYER_RULES, ...TEXT_RULES]) {
  test(`tidy: ${rule.name}`, () => {
    const broken = sources.flatMap((source) => complaints(rule, source))
    assert.equal(broken.length, 0, `${rule.reason}\n  ${broken.join('\n  ')}\n`)
  })

  test(`tidy: "${rule.name}" can fail, and only where it should`, () => {
    for (const [path, text] of rule.bad) {
      assert.notDeepEqual(complaints(rule, readSource(path, text)), [], `not seen: ${text}`)
    }
    for (const [path, text] of rule.good) {
      assert.deepEqual(complaints(rule, readSource(path, text)), [], `falsely seen: ${text}`)
    }
  })
}

test('tidy: what a user waits for loads nothing heavy before it needs it', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const heavy = {
    main: /^(?:zod|kysely|pino|chokidar|commander|@bomb\.sh\/tab|node:http|node:sqlite)\b/,
    cli: /^(?:zod|kysely|pino|chokidar|node:sqlite)\b/,
    client: /^(?:zod|kysely|pino|chokidar|node:sqlite)\b/,
    wrapper: /^(?:zod|kysely|pino|chokidar|node:http|node:sqlite)\b/,
    daemon: /^(?:zod|chokidar|node:crypto)\b/,
  }
  const tooEarly = Object.entries(heavy).flatMap(([room, pattern]) =>
    sources
      .filter(({ path }) => path.startsWith(`src/${room}/`) || path === `src/${room}.ts`)
      .flatMap(({ path }) => [...staticReach(byPath, path)])
      .flatMap(([name, chain]) => (pattern.test(name) ? [chain.join(' > ')] : [])),
  )
  assert.deepEqual(tooEarly, [], 'import it where it is used: await import()')
})

test('tidy: comments are under a tenth of the lines, so that the code has to speak', () => {
  for (const folder of ['src/', 'test/', 'bench/', '.ci/']) {
    const files = sources.filter(({ path }) => path.startsWith(folder))
    const lines = files.flatMap(linesWithKind)
    const share = lines.filter((isComment) => isComment).length / Math.max(1, lines.length)
    assert.ok(share < 0.1, `${folder} has ${(share * 100).toFixed(1)} % comment lines`)
  }
})

test('tidy: the top level shows what the project is, and nothing else', () => {
  const files = 'package.json package-lock.json tsconfig.json README.md CHANGELOG.md LICENSE'
  const folders = 'src test bench docs bin launchd systemd node_modules dist'
  const known = `${files} ${folders}`.split(' ')
  const strangers = readdirSync(root).filter(
    (name) => !known.includes(name) && !name.startsWith('.') && !name.endsWith('.tgz'),
  )
  assert.deepEqual(strangers, [], 'put it in .ci, docs, bench or bin')
})

test('tidy: versions are pinned, so that every install is the one that was tested', () => {
  const manifest = JSON.parse(read('package.json'))
  const ranges = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.entries<string>(manifest[kind]).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    ),
  )
  assert.deepEqual(ranges, [])
})

test('tidy: the lock names every platform and no registry', () => {
  const manifest = JSON.parse(read('package.json'))
  const lock = JSON.parse(read('package-lock.json'))
  for (const name of Object.keys(manifest.optionalDependencies)) {
    const locked = lock.packages[`node_modules/${name}`]
    assert.equal(locked?.version, manifest.optionalDependencies[name], `${name} is not in the lock`)
    assert.match(locked.integrity, /^sha512-/, `${name} has no hash in the lock`)
  }
  assert.doesNotMatch(read('package-lock.json'), /"resolved"/, 'the lock would tie us to one host')
})

function complaints(rule: Rule, source: SourceText): string[] {
  if (!rule.where(source.path)) return []
  return rule.find(source).map(({ line, what }) => `${source.path}:${line} ${what}`)
}

/** For every line that is not empty: whether there is nothing but a comment in it. */
function linesWithKind({ text, withoutComments }: SourceText): boolean[] {
  const kept = withoutComments.split('\n')
  return text
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [kept[at]?.trim() === '']))
}
