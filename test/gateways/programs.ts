/** The gateways as programs: found, or fetched from the registry that has them into a folder that is kept. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'loadgate', 'gateways')
const CADDY = 'v2.10.2'
/** Installs in seconds what pip takes minutes for. */
const UV = 'uv==0.13.9'
const PYTHON = ['litellm[proxy]==1.108.7', 'fastapi==0.165.0', 'uvicorn==0.54.0', 'prometheus-client==0.26.0']

const onPath = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].map((folder) => join(folder, name)).find(existsSync)

class NotHad extends Error {}

/** @throws NotHad naming the package that could not be had */
function asked(what: string, program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  try {
    execFileSync(program, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: Buffer | string }
    const last = String(stderr).trim().split('\n').at(-1) || message
    throw new NotHad(`asked for ${what}, and could not have it: ${last}`)
  }
}

function fromDebian(name: string, pack: string): string {
  if (onPath(name) === undefined) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    asked("Debian's lists of packages", 'apt-get', ['update', '-qq'], env)
    asked(`Debian's package ${pack}`, 'apt-get', ['install', '-y', '-qq', '--no-install-recommends', pack], env)
  }
  return onPath(name) ?? name
}

function fromGo(name: string, module: string, version: string): string {
  const found = join(CACHE, version, name)
  if (!existsSync(found)) {
    mkdirSync(join(CACHE, version), { recursive: true })
    asked(`Go module ${module}@${version}`, 'go', ['install', `${module}@${version}`], { GOBIN: join(CACHE, version) })
  }
  return found
}

/** A program of the environment that all Python gateways share. */
function fromPython(name: string): string {
  const env = join(CACHE, `python-${PYTHON.join('-').replace(/[^\w.-]/g, '_')}`)
  const done = join(env, 'bin', name)
  if (!existsSync(done)) {
    asked('a Python environment (venv)', 'python3', ['-m', 'venv', env])
    const bin = join(env, 'bin')
    asked(`${UV} from PyPI`, join(bin, 'pip'), ['install', '-q', UV])
    asked(`${PYTHON.join(', ')} from PyPI`, join(bin, 'uv'), ['pip', 'install', '-q', '--python', join(bin, 'python'), ...PYTHON])
  }
  return done
}

const PROGRAMS = {
  nginx: () => fromDebian('nginx', 'nginx-light'),
  haproxy: () => fromDebian('haproxy', 'haproxy'),
  // Debian's where it is there: Go takes minutes of CPU to make it.
  caddy: () => onPath('caddy') ?? fromGo('caddy', 'github.com/caddyserver/caddy/v2/cmd/caddy', CADDY),
  litellm: () => fromPython('litellm'),
  python: () => fromPython('python'),
} as const

/** A gateway as a program; undefined where it cannot be had, and then the test says what was asked for, and is skipped. */
export function programOf(t: TestContext, name: keyof typeof PROGRAMS): string | undefined {
  try {
    return PROGRAMS[name]()
  } catch (error) {
    if (!(error instanceof NotHad)) throw error
    t.skip(error.message)
    return undefined
  }
}
