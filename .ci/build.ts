/**
 * Builds dist: `main.cjs` with its chunks (commands load only what they run), one file for each door that
 * runs for days (an upgrade must not take away what it loads later), `index.js` and types for programs.
 *
 *   node .ci/build.ts              build
 *   node .ci/build.ts --if-stale   build where dist is missing or older than src
 *   node .ci/build.ts --on-install the same, but do nothing where the build tools are not installed
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { InputOptions, OutputOptions, Plugin } from 'rolldown'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const cache = join(root, '.cache')
const toolsAreHere = existsSync(join(root, 'node_modules/rolldown'))

/** The folders of src whose door, where others open it by `import()`, becomes one file. */
const LONG_LIVED = /^src\/(daemon|mcp)\//

interface Chunk {
  readonly fileName: string
  readonly code: string
}

/** Smaller, but with the names that a stack trace shows. */
const minify = { compress: true, mangle: false, codegen: true } as const

const CJS: OutputOptions = {
  format: 'cjs',
  strict: true,
  minify,
  dynamicImportInCjs: false,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
}

const ESM: OutputOptions = {
  format: 'esm',
  minify,
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
}

const args = new Set(process.argv.slice(2))
const isSkipped = args.has('--on-install') && !toolsAreHere
const isFresh = (args.has('--if-stale') || args.has('--on-install')) && !isStale()
if (!isSkipped && !isFresh) await build()

async function build(): Promise<void> {
  const startedAt = new Date()
  const target = join(cache, `build-${process.pid}`)
  removeOldBuilds(startedAt)
  mkdirSync(target, { recursive: true })
  try {
    await allOf([buildCommands(target), buildLibrary(target), writeTypes(target)])
    // What is edited while this runs must count as newer than the build.
    utimesSync(join(target, 'main.cjs'), startedAt, startedAt)
    swap(target)
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

/** Fails only when all have ended, so that none writes into a folder that is gone. */
async function allOf(steps: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(steps)) {
    if (result.status === 'rejected') throw result.reason
  }
}

/** dist is never half a build: a crash leaves the old one, or for a moment none. */
function swap(target: string): void {
  const old = `${target}.old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(target, dist)
  rmSync(old, { recursive: true, force: true })
}

/** What builds that were killed have left behind. */
function removeOldBuilds(now: Date): void {
  if (!existsSync(cache)) return
  for (const name of readdirSync(cache).filter((each) => each.startsWith('build-'))) {
    const path = join(cache, name)
    const age = now.getTime() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    if (age > 600_000) rmSync(path, { recursive: true, force: true })
  }
}

async function buildCommands(dir: string): Promise<void> {
  const doors = new Map<string, string>()
  const main = await bundle({ main: join(root, 'src/main.ts') }, CJS, [leaveDoorsOut(doors)])
  write(dir, main)
  for (const [name, file] of doors) {
    const chunks = await bundle({ [name]: file }, CJS)
    write(dir, [
      { fileName: `${name}.cjs`, code: starterOf(name) },
      { fileName: `${name}.code.cjs`, code: pack(chunks) },
    ])
    const [script, code] = [join(root, '.ci/precompile.ts'), `${name}.code`]
    await run(dir, ['--random-seed=1', script, `${code}.cjs`, `${code}.bin`])
  }
}

function leaveDoorsOut(found: Map<string, string>): Plugin {
  return {
    name: 'leave-doors-out',
    resolveId(source, importer, { kind }) {
      if (kind !== 'dynamic-import' || !source.startsWith('.') || !importer) return null
      const file = resolve(dirname(importer), source)
      const name = LONG_LIVED.exec(relative(root, file))?.[1]
      if (name === undefined) return null
      found.set(name, file)
      return { id: `./${name}.cjs`, external: true }
    },
  }
}

/** Makes one function of a door and the chunks it loads later: these become functions that run when they are asked for. */
function pack(chunks: readonly Chunk[]): string {
  const [entry] = chunks
  if (entry === undefined) throw new Error('a door without code')
  const later = chunks.slice(1)
  const ask = ({ code }: Chunk): string =>
    later.reduce(
      (text, { fileName: name }) => text.replaceAll(`require("./${name}")`, `__later("${name}")`),
      code,
    )
  const functions = later.map((each) => `"${each.fileName}"(module, exports) {\n${ask(each)}\n}`)
  return `(function (exports, require, module) {
"use strict"
const __chunks = {\n${functions.join(',\n')}\n}
const __loaded = new Map()
function __later(name) {
  const known = __loaded.get(name)
  if (known) return known.exports
  const module = { exports: {} }
  __loaded.set(name, module)
  __chunks[name](module, module.exports)
  return module.exports
}
${ask(entry)}
})`
}

/** Runs a door from what V8 made of its code already; where another V8 runs, that refuses it and parses as usual. */
function starterOf(name: string): string {
  return `"use strict"
const { readFileSync } = require("node:fs")
const { Script } = require("node:vm")
const filename = __dirname + "/${name}.code.cjs"
const cachedData = readFileSync(__dirname + "/${name}.code.bin")
const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData })
script.runInThisContext()(exports, require, module)
`
}

async function buildLibrary(dir: string): Promise<void> {
  write(dir, await bundle({ index: join(root, 'src/index.ts') }, ESM))
}

/** The entry first, then what it loads. */
async function bundle(
  input: Record<string, string>,
  output: OutputOptions,
  plugins: Plugin[] = [],
): Promise<Chunk[]> {
  const { build: rolldown } = await import('rolldown')
  const options: InputOptions = {
    input,
    cwd: root,
    platform: 'node',
    plugins,
    onLog(level, log) {
      if (level === 'warn') throw new Error(`building ${Object.keys(input).join()}: ${log.message}`)
    },
  }
  const built = await rolldown({ ...options, output, write: false })
  return built.output.flatMap((each) => (each.type === 'chunk' ? [each] : []))
}

/** A file of ASCII alone is held in half the memory, and read faster. */
function write(dir: string, chunks: readonly Chunk[]): void {
  for (const { fileName, code } of chunks) {
    const escape = (char: string): string =>
      `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
    writeFileSync(join(dir, fileName), code.replaceAll(/[\u0080-\uffff]/g, escape))
  }
}

async function writeTypes(dir: string): Promise<void> {
  const config = '.ci/tsconfig.types.json'
  await run(root, ['node_modules/typescript/bin/tsc', '-p', config, '--outDir', dir])
}

/** A script of this project or of a tool, under this Node. */
async function run(cwd: string, command: readonly string[]): Promise<void> {
  // Where Node caches what it compiles, V8 numbers scripts otherwise, and the bytes are others.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }
  const child = spawn(process.execPath, command, { cwd, env, stdio: 'inherit' })
  await once(child, 'exit')
  if (child.exitCode !== 0) throw new Error(`node ${command.join(' ')} failed`)
}

function isStale(): boolean {
  const main = join(dist, 'main.cjs')
  if (!existsSync(main)) return true
  const builtAt = statSync(main).mtimeMs
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const inputs = ['src', 'package.json', '.ci/build.ts', ...sources.map((name) => `src/${name}`)]
  return inputs.some((name) => {
    const entry = statSync(join(root, name), { throwIfNoEntry: false })
    return entry !== undefined && entry.mtimeMs > builtAt
  })
}
