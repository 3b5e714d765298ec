/**
 * A program that attends and does as each line says: activity, leave, problem, exit, throw, count (files it
 * sees), fill and empty (the disk its first argument is on).
 *   attend.ts HOME [REFRESH_MS] [tells-activity]
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { attend } from '../../src/wrapper/attend.ts'
import { fillDisk } from '../support/fill-disk.ts'

const [home = '', refreshMs = '30000', tells = ''] = process.argv.slice(2)
const wrapper = attend({
  home,
  label: 'a program',
  refreshMs: Number(refreshMs),
  tellsActivity: tells !== '',
})
const say = (value: unknown): unknown => process.stdout.write(`${JSON.stringify(value)}\n`)
let ballast = ''

const orders: Readonly<Record<string, () => unknown>> = {
  activity: () => say(wrapper.activity() ?? 'acted'),
  leave: () => say(wrapper.leave() ?? 'left'),
  problem: () => say(wrapper.problem() ?? null),
  read: () => say(existsSync(wrapper.path) ? readFileSync(wrapper.path, 'utf8') : null),
  count: () => say(readdirSync(dirname(wrapper.path)).length),
  fill: () => say((ballast = fillDisk(home))),
  empty: () => say(rmSync(ballast) ?? 'empty'),
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('on purpose')
  },
}

say({ path: wrapper.path, uuid: wrapper.uuid, problem: wrapper.problem() ?? null })
const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => orders[line]?.())
