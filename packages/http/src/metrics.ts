/** Prometheus metrics of a service: requests by route pattern, and the process. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

export interface RequestMetrics {
  readonly registry: Registry
  /** `route` is a pattern, never a path: ids in labels would grow without bound. */
  observe(labels: { port: string; method: string; route: string; status: string }, seconds: number): void
}

const processMetric = 'process_cpu_user_seconds_total'
const requestMetric = 'http_request_duration_seconds'

/** Repeatable on one registry. */
export function createRequestMetrics(service: string, registry = new Registry()): RequestMetrics {
  if (!registry.getSingleMetric(processMetric)) collectDefaultMetrics({ register: registry, labels: { service } })
  const histogram =
    existingHistogram(registry) ??
    new Histogram({
      name: requestMetric,
      help: 'Time to answer a request',
      labelNames: ['service', 'port', 'method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    })
  return { registry, observe: remembering(service, histogram) }
}

/** Labels are looked at once: patterns, methods and status codes are few. */
function remembering(service: string, histogram: Histogram): RequestMetrics['observe'] {
  const known = new Map<string, { observe(seconds: number): void }>()
  return (labels, seconds) => {
    const key = `${labels.port} ${labels.method} ${labels.status} ${labels.route}`
    let bound = known.get(key)
    if (bound === undefined) {
      bound = histogram.labels({ service, ...labels })
      known.set(key, bound)
    }
    bound.observe(seconds)
  }
}

function existingHistogram(registry: Registry): Histogram | null {
  const metric = registry.getSingleMetric(requestMetric)
  return metric instanceof Histogram ? metric : null
}
