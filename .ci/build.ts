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
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { InputOptions, OutputOptions, Plugin } from 'rolldown'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const cache = join(root, '.cache')
const toolsAreHere = existsSync(join(root, 'node_modules/rolldown'))

/** The folders of src whose door, where others open it by `import()`, becomes one file. */
const LONG_LIVED = /^src\/(daemon|mcp)\//

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
  const output: OutputOptions = {
    dir,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    dynamicImportInCjs: false,
  }
  await bundle({ main: join(root, 'src/main.ts') }, output, [leaveDoorsOut(doors)])
  const whole: OutputOptions = { ...output, codeSplitting: false, exports: 'named' }
  await allOf([...doors].map(([name, file]) => bundle({ [name]: file }, whole)))
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

async function buildLibrary(dir: string): Promise<void> {
  await bundle(
    { index: join(root, 'src/index.ts') },
    { dir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
  )
}

async function bundle(
  input: Record<string, string>,
  output: OutputOptions,
  plugins: Plugin[] = [],
): Promise<void> {
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
  await rolldown({ ...options, output })
}

async function writeTypes(dir: string): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const config = join(root, '.ci/tsconfig.types.json')
  const child = spawn(process.execPath, [tsc, '-p', config, '--outDir', dir], { stdio: 'inherit' })
  await once(child, 'exit')
  if (child.exitCode !== 0) throw new Error('tsc could not write the types of src/index.ts')
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
