/**
 * What the server counts, in the form that Prometheus reads. Labels take values of fixed sets only: nothing from a
 * request becomes one.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  readonly decisions: Counter<'decision' | 'risk'>
  readonly requests: Counter<'route' | 'status'>
  /** Seconds from the request's last byte to the answer's first. */
  readonly seconds: Histogram<'route'>
  readonly refusals: Counter<'code'>
  readonly auditSeconds: Histogram
  readonly auditWaiting: Gauge
  readonly runs: Counter<'backend'>
  readonly loadsRefused: Counter
  readonly policyFault: Gauge
  readonly policyLoaded: Gauge
  readonly approvalsWaiting: Gauge
  readonly approvalsAge: Gauge
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

export function makeMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  // Event-loop lag, memory, processor time, open files.
  collectDefaultMetrics({ register: registry, prefix: 'oa_' })
  return {
    registry,
    decisions: new Counter({
      name: 'oa_decisions_total',
      help: 'Decisions by result and risk',
      labelNames: ['decision', 'risk'],
      registers,
    }),
    requests: new Counter({
      name: 'oa_requests_total',
      help: 'Requests by route and status',
      labelNames: ['route', 'status'],
      registers,
    }),
    seconds: new Histogram({
      name: 'oa_request_seconds',
      help: 'Time to answer',
      labelNames: ['route'],
      buckets: SECONDS,
      registers,
    }),
    refusals: new Counter({
      name: 'oa_refusals_total',
      help: 'Requests refused before a decision, by code',
      labelNames: ['code'],
      registers,
    }),
    auditSeconds: new Histogram({
      name: 'oa_audit_seconds',
      help: 'Time until a record is on the disk',
      buckets: SECONDS,
      registers,
    }),
    auditWaiting: new Gauge({
      name: 'oa_audit_waiting',
      help: 'Records that are not on the disk yet',
      registers,
    }),
    runs: new Counter({
      name: 'oa_runs_total',
      help: 'Guarded runs by sandbox backend',
      labelNames: ['backend'],
      registers,
    }),
    loadsRefused: new Counter({
      name: 'oa_model_loads_refused_total',
      help: 'Model loads that were denied',
      registers,
    }),
    policyFault: new Gauge({
      name: 'oa_policy_fault',
      help: '1 while the policy on disk cannot be used and an earlier one is in force',
      registers,
    }),
    policyLoaded: new Gauge({
      name: 'oa_policy_loaded_seconds',
      help: 'When the policy in force was loaded, seconds since 1970',
      registers,
    }),
    approvalsWaiting: new Gauge({
      name: 'oa_approvals_waiting',
      help: 'Runs that wait for an answer',
      registers,
    }),
    approvalsAge: new Gauge({
      name: 'oa_approvals_age_seconds',
      help: 'How long the oldest of them waits',
      registers,
    }),
  }
}
