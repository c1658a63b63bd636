/** The fields of k6-operator's TestRun that are written, as its CRD of release 1.6 takes them. `npm run test:kubernetes` asks the CRD itself. */
import * as v from 'valibot'

const text = v.pipe(v.string(), v.minLength(1))
const labels = v.record(v.string(), v.string())
const environment = v.array(
  v.union([
    v.strictObject({ name: text, value: v.string() }),
    v.strictObject({
      name: text,
      valueFrom: v.strictObject({ secretKeyRef: v.strictObject({ name: text, key: text }) }),
    }),
  ]),
)
const quantities = v.strictObject({
  cpu: v.pipe(v.string(), v.regex(/^\d+m?$/)),
  memory: v.pipe(v.string(), v.regex(/^\d+[MG]i$/)),
})
const probe = v.looseObject({ httpGet: v.strictObject({ path: text, port: v.number() }) })
/** `Pod` of the CRD: what it has for initializer, starter and runner alike. */
const pod = v.strictObject({
  // Only an initializer may be.
  disabled: v.optional(v.boolean()),
  image: v.optional(text),
  metadata: v.optional(v.strictObject({ labels: v.optional(labels), annotations: v.optional(labels) })),
  // A text in this CRD.
  automountServiceAccountToken: v.optional(v.picklist(['true', 'false'])),
  env: v.optional(environment),
  resources: v.optional(v.strictObject({ requests: quantities, limits: quantities })),
  affinity: v.optional(v.strictObject({ podAntiAffinity: v.looseObject({}) })),
  securityContext: v.optional(v.looseObject({ runAsNonRoot: v.literal(true) })),
  containerSecurityContext: v.optional(v.looseObject({ readOnlyRootFilesystem: v.literal(true) })),
  livenessProbe: v.optional(probe),
  readinessProbe: v.optional(probe),
})

export const testRunSchema = v.strictObject({
  apiVersion: v.literal('k6.io/v1alpha1'),
  kind: v.literal('TestRun'),
  metadata: v.strictObject({ name: text, namespace: v.optional(text), labels }),
  spec: v.strictObject({
    parallelism: v.pipe(v.number(), v.integer(), v.minValue(1)),
    separate: v.optional(v.boolean()),
    script: v.union([
      v.strictObject({ configMap: v.strictObject({ name: text, file: text }) }),
      v.strictObject({ volumeClaim: v.strictObject({ name: text, file: text, readOnly: v.boolean() }) }),
    ]),
    args: v.array(v.string()),
    initializer: pod,
    starter: pod,
    runner: pod,
    cleanup: v.optional(v.literal('post')),
  }),
})
