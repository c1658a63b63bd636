/**
 * Prometheus remote write 1.0, as k6 speaks it: https://prometheus.io/docs/specs/prw/remote_write_spec/ and, for native
 * histograms, prompb/types.proto of Prometheus. Only the fields that k6 sends are declared; protobuf skips the others.
 */
import protobuf from 'protobufjs/light.js'
import { type Histogram, histogramFrom, type WireHistogram } from './histogram.ts'
import { compress, decompress } from './snappy.ts'

/** One time series of a push: a float sample, a histogram, or both when k6 marks the series as ended. */
export interface Series {
  /** With `__name__`. */
  labels: Readonly<Record<string, string>>
  /** `at` in epoch milliseconds. NaN says that the series has ended. */
  sample?: { value: number; at: number }
  histogram?: { value: Histogram; at: number }
}

/** A push is unpacked in memory: more than this is no push of k6. */
const MAX_BYTES = 64 * 1024 * 1024

const repeated = (type: string, id: number) => ({ rule: 'repeated' as const, type, id })
const root = protobuf.Root.fromJSON({
  nested: {
    WriteRequest: { fields: { timeseries: repeated('TimeSeries', 1) } },
    TimeSeries: {
      fields: { labels: repeated('Label', 1), samples: repeated('Sample', 2), histograms: repeated('Histogram', 4) },
    },
    Label: { fields: { name: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Sample: { fields: { value: { type: 'double', id: 1 }, timestamp: { type: 'int64', id: 2 } } },
    BucketSpan: { fields: { offset: { type: 'sint32', id: 1 }, length: { type: 'uint32', id: 2 } } },
    Histogram: {
      fields: {
        countInt: { type: 'uint64', id: 1 },
        sum: { type: 'double', id: 3 },
        schema: { type: 'sint32', id: 4 },
        zeroThreshold: { type: 'double', id: 5 },
        zeroCountInt: { type: 'uint64', id: 6 },
        negativeSpans: repeated('BucketSpan', 8),
        negativeDeltas: repeated('sint64', 9),
        positiveSpans: repeated('BucketSpan', 11),
        positiveDeltas: repeated('sint64', 12),
        timestamp: { type: 'int64', id: 15 },
      },
    },
  },
})
const writeRequest = root.lookupType('WriteRequest')

/** A message of `WriteRequest` as protobufjs gives it with plain numbers; lists that are empty are left out. */
interface WireRequest {
  timeseries?: {
    labels?: { name?: string; value?: string }[]
    samples?: { value?: number; timestamp?: number }[]
    histograms?: WireHistogram[]
  }[]
}

/** @throws on anything that is no remote-write request */
export function decodeWrite(body: Uint8Array): Series[] {
  const message = writeRequest.decode(decompress(body, MAX_BYTES))
  const { timeseries = [] } = writeRequest.toObject(message, { longs: Number }) as WireRequest
  return timeseries.map(({ labels = [], samples: [sample] = [], histograms: [histogram] = [] }) => ({
    labels: Object.fromEntries(labels.map(({ name = '', value = '' }) => [name, value])),
    ...(sample === undefined ? {} : { sample: { value: sample.value ?? 0, at: sample.timestamp ?? 0 } }),
    ...(histogram === undefined ? {} : { histogram: { value: histogramFrom(histogram), at: histogram.timestamp ?? 0 } }),
  }))
}

/** Float samples only: what we ourselves send. Labels are sorted, as the specification demands. */
export function encodeWrite(
  series: readonly { labels: Readonly<Record<string, string>>; value: number; at: number }[],
): Uint8Array {
  const timeseries = series.map(({ labels, value, at }) => ({
    labels: Object.entries(labels)
      .map(([name, written]) => ({ name, value: written }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    samples: [{ value, timestamp: at }],
  }))
  return compress(writeRequest.encode(writeRequest.fromObject({ timeseries })).finish())
}
