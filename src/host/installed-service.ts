import { join } from 'node:path'
import { isThere } from './file-exists.ts'

type Environment = Readonly<Record<string, string | undefined>>

const UNIT = 'curfew.service'
const AGENT = 'dev.curfew.daemon'
const ANSWER_MS = 5_000

/** What has the user's service manager start the daemon; undefined where none has us as a service. */
export function serviceStart(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): readonly string[] | undefined {
  const { HOME, XDG_CONFIG_HOME, XDG_RUNTIME_DIR } = environment
  if (HOME === undefined || HOME === '') return undefined
  if (platform === 'darwin') {
    const isInstalled = isThere(join(HOME, 'Library/LaunchAgents', `${AGENT}.plist`))
    const target = `gui/${process.getuid?.() ?? 0}/${AGENT}`
    return isInstalled ? ['/bin/launchctl', 'kickstart', target] : undefined
  }
  if (XDG_RUNTIME_DIR === undefined || !isThere(join(XDG_RUNTIME_DIR, 'systemd/private'))) {
    return undefined
  }
  const config = XDG_CONFIG_HOME ?? join(HOME, '.config')
  if (!isThere(join(config, 'systemd/user', UNIT))) return undefined
  return ['/usr/bin/systemctl', '--user', 'start', UNIT]
}

/** Asks it, without a shell and within a time limit; whatever goes wrong is a no. */
export async function startService(command: readonly string[]): Promise<boolean> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: 'ignore', timeout: ANSWER_MS, cwd: '/' })
  return new Promise((resolve) => {
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}
