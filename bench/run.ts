/**
 * Measures floors and curfew side by side and prints how they compare. What dist holds is measured.
 *
 *   node bench/run.ts [--quick] [--json] [ROW…]    ROW: a name, or how it begins
 */
import { parseArgs } from 'node:util'
import { type Aim, FULL, judge, QUICK, type Result, type Row } from './row.ts'
import { boardRows } from './rows/board.ts'
import { coldStartRows } from './rows/cold-start.ts'
import { commandRows } from './rows/commands.ts'
import { heartbeatRows } from './rows/heartbeats.ts'
import { idleRows } from './rows/idle.ts'
import { jobApiRows } from './rows/jobs-api.ts'
import { jobHostRows } from './rows/jobs-host.ts'
import { peerRows } from './rows/peers.ts'
import { reportRows } from './rows/reports.ts'
import { turnRows } from './rows/turn.ts'

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

const HEADINGS = ['row', 'floor', 'curfew', 'ratio', 'by cpu', 'aim', '', 'what']
const WIDTHS = [12, 10, 10, 7, 7, 10, 5]

await main()

async function main(): Promise<void> {
  const scale = values.quick ? QUICK : FULL
  const results: Result[] = []
  if (!values.json) console.log(line(HEADINGS))
  for (const row of chosen()) {
    const result = judge(row, await row.measure(scale))
    results.push(result)
    if (!values.json) console.log(line(cells(result)))
  }
  if (values.json) console.log(JSON.stringify(results, undefined, 2))
}

function chosen(): Row[] {
  const rows = [
    ...commandRows(),
    ...coldStartRows(),
    ...turnRows(),
    ...heartbeatRows(),
    ...idleRows(),
    ...jobHostRows(),
    ...jobApiRows(),
    ...boardRows(),
    ...reportRows(),
    ...peerRows((line) => console.error(line)),
  ]
  if (positionals.length === 0) return rows
  const wanted = rows.filter(({ name }) => positionals.some((start) => name.startsWith(start)))
  if (wanted.length > 0) return wanted
  throw new Error(`no such row; there are ${rows.map(({ name }) => name).join(', ')}`)
}

function cells({
  name,
  floor,
  curfew,
  ratio,
  cpuRatio,
  unit,
  aim,
  verdict,
  what,
}: Result): string[] {
  const amounts = [floor, curfew].map((amount) => `${amount.toFixed(amount < 10 ? 2 : 1)} ${unit}`)
  const cpu = cpuRatio === undefined ? '' : cpuRatio.toFixed(2)
  return [name, ...amounts, ratio.toFixed(2), cpu, aimText(aim, unit), verdict, what]
}

function aimText(aim: Aim, unit: string): string {
  if (aim.kind === 'none') return ''
  return aim.kind === 'ratio' ? `≤ ${aim.most} ×` : `≤ ${aim.most} ${unit}`
}

function line(texts: readonly string[]): string {
  return texts
    .map((text, at) => text.padEnd(WIDTHS[at] ?? 0))
    .join(' ')
    .trimEnd()
}
