import { spawnSync } from 'node:child_process'
import { CURFEW, makeHouse, startDaemon } from '../measure/house.ts'
import { race } from '../measure/rounds.ts'
import type { Figures, Row, Scale } from '../row.ts'

interface Peer {
  readonly name: string
  /** What starts `true` in the background. */
  readonly submit: readonly string[]
  /** What ends whatever it has left running. */
  readonly leave?: readonly string[]
  /** What brings it, for those who want it measured. */
  readonly from: string
}

const PEERS: readonly Peer[] = [
  {
    name: 'tsp',
    submit: ['tsp', 'true'],
    leave: ['tsp', '-K'],
    from: 'apt-get install task-spooler',
  },
  { name: 'nq', submit: ['nq', 'true'], from: 'apt-get install nq' },
  {
    name: 'pm2',
    submit: ['pm2', 'start', 'true'],
    leave: ['pm2', 'kill'],
    from: 'npm install -g pm2',
  },
]

/** Others that start jobs in the background, where they are installed; the rest is left out and said. */
export function peerRows(say: (line: string) => void): Row[] {
  return PEERS.flatMap((peer) => {
    if (spawnSync('sh', ['-c', `command -v ${peer.name}`]).status === 0) return [rowOf(peer)]
    say(`peer-${peer.name} is left out: not installed (${peer.from})`)
    return []
  })
}

function rowOf({ name, submit, leave }: Peer): Row {
  return {
    name: `peer-${name}`,
    what: `run -- true as a whole process, against ${submit.join(' ')}`,
    unit: 'ms',
    aim: { kind: 'none' },
    measure: (scale) => compare(submit, leave, scale),
  }
}

async function compare(
  submit: readonly string[],
  leave: Peer['leave'],
  { rounds }: Scale,
): Promise<Figures> {
  using house = makeHouse()
  await using _daemon = await startDaemon(house)
  const { home } = house
  // What they keep goes into the house, and goes with it.
  const env = { ...house.env, NQDIR: home, TS_SOCKET: `${home}/tsp.sock`, PM2_HOME: `${home}/pm2` }
  const ours = [...CURFEW, 'run', '--', 'true']
  try {
    return race({ commands: [submit], env }, { commands: [ours], env }, rounds)
  } finally {
    const [program, ...args] = leave ?? []
    if (program !== undefined) spawnSync(program, args, { env })
  }
}
