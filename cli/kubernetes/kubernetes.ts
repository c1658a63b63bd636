/** `loadgate kubernetes`: the manifests of a run that k6-operator shares out and `loadgate judge` judges, and the run itself. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { writeAtomic } from '../base/atomic.ts'
import { messageOf } from '../base/errors.ts'
import { count } from '../base/figures.ts'
import type { Project } from '../base/project.ts'
import type { Terminal } from '../base/terminal.ts'
import { ASSUMED, shareOf } from '../capacity/plan/forecast.ts'
import { maximumOf, plannedBy } from '../capacity/plan/plan.ts'
import { cores } from '../capacity/plan/text.ts'
import { planText } from '../fleet/run-plan-file.ts'
import { RATE_A_CORE } from '../generator/needs.ts'
import { bundleText, scriptFile } from '../k6/bundle.ts'
import { inspect } from '../k6/inspect.ts'
import { provision } from '../k6/provision.ts'
import { kubectl } from './kubectl.ts'
import { type Contents, FILE_NAMES, type Manifest, type Manifests, MOST_BYTES, manifests, PLAN_FILE, yaml } from './manifests.ts'
import { type ClusterRequest, clusterRequest, type KubernetesOptions } from './request.ts'
import { runInCluster } from './run.ts'

function userFile(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`setting ${setting}: ${messageOf(error)}`)
  }
}

async function contentsOf(
  project: Project,
  request: ClusterRequest,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<Contents> {
  const { script, settings, secrets, files: given, parallelism, perGenerator, volumeClaim } = request
  const k6 = await provision({ env, note: terminal.note, stop: new AbortController().signal })
  const file = await scriptFile(project, script)
  const { INSTANCES: _, ...here } = env
  // The secrets are in the cluster; that there will be some is all that the plan stands on.
  const there = Object.fromEntries(secrets.map(({ setting }) => [setting, 'in-the-cluster']))
  const asked = { ...here, ...there, ...settings, ...given }
  const alone = await inspect(k6.path, file, asked)
  // A script that cannot be shared says so now.
  const shared = parallelism > 1 ? await inspect(k6.path, file, { ...asked, INSTANCES: String(parallelism) }) : alone
  for (const note of alone.notes ?? []) terminal.note(note)
  const maximum = maximumOf(script.name, perGenerator, env) ?? ASSUMED
  const share = shareOf(plannedBy(alone), parallelism, maximum)
  terminal.note(
    `Each of ${count(parallelism, 'runner')} asks for ${cores(share.cores)} and ${Math.ceil(share.memory / 1024 ** 2)} MiB, for ${Math.round(share.rate)} requests/s (${maximum.from === ASSUMED.from ? `${RATE_A_CORE} requests/s a core, ${maximum.from}: loadgate calibrate or --per-generator say more` : maximum.from}).`,
  )
  const bundleName = `${script.name}.js`
  const files: Record<string, string> = {
    [bundleName]: await bundleText(project, script),
    [PLAN_FILE]: planText(shared),
  }
  for (const [setting, path] of Object.entries(given))
    files[FILE_NAMES[setting as keyof typeof FILE_NAMES]] = userFile(setting, path)
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (volumeClaim === undefined && bytes >= MOST_BYTES)
    throw new UsageError(
      `kubernetes: bundle and files have ${bytes} bytes, and a ConfigMap takes ${MOST_BYTES}: put them into a PersistentVolumeClaim, and name it with --volume-claim`,
    )
  const duration = Math.max(0, ...alone.windows.map(({ start, duration }) => start + duration))
  return { files, bundle: bundleName, share, duration, token: randomBytes(32).toString('base64url') }
}

function write(request: ClusterRequest, all: Manifests, { files, bundle: name }: Contents, terminal: Terminal): void {
  const folder = resolve(request.out)
  const put = (file: string, text: string, mode?: number): void => {
    writeAtomic(join(folder, file), text, mode)
    terminal.print(relative('.', join(folder, file)))
  }
  try {
    mkdirSync(folder, { recursive: true })
    const parts = Object.entries(all).filter(([, objects]) => objects.length > 0) as [string, Manifest[]][]
    for (const [part, objects] of parts) put(`${part}.yaml`, yaml(objects), part === 'secret' ? 0o600 : 0o644)
    // For the claim: whoever fills it copies these.
    if (request.volumeClaim !== undefined) for (const [file, text] of Object.entries(files)) put(file, text)
    const resources = parts.map(([part]) => `${part}.yaml`)
    put('kustomization.yaml', yaml([{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources }]))
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`kubernetes: --out ${folder}: ${messageOf(error)}`)
  }
  const { written } = kubectl(request, {})
  const where = relative('.', folder) || '.'
  const judge = `job/${request.name}-judge`
  terminal.print('')
  if (request.volumeClaim !== undefined)
    terminal.print(
      `Copy ${Object.keys(files).join(', ')} into PersistentVolumeClaim ${request.volumeClaim} (${name} is the script), then:`,
    )
  // On the server's side: kubectl's own way would put the whole bundle into an annotation, which takes 256 KiB.
  terminal.print(written(['apply', '--server-side', '--kustomize', where]))
  terminal.print(written(['logs', '--follow', judge, '--container', 'judge', '--pod-running-timeout=5m']))
  terminal.print(
    written([
      'get',
      'pods',
      '--selector',
      `job-name=${request.name}-judge`,
      '--output',
      `'jsonpath={.items[0].status.containerStatuses[?(@.name=="judge")].state.terminated.exitCode}'`,
    ]),
  )
}

/** @returns the exit code: that of the verdict with --apply */
export async function kubernetes(
  project: Project,
  script: string,
  options: KubernetesOptions,
  k6Flags: readonly string[],
  mistakes: readonly string[],
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const request = clusterRequest(project, script, options, k6Flags, env, mistakes)
  const contents = await contentsOf(project, request, terminal, env)
  if (!request.apply) {
    write(request, manifests(request, contents), contents, terminal)
    return 0
  }
  return await runInCluster(request, contents, kubectl(request, env), terminal)
}
