/**
 * What went wrong, as a problem document. Source: RFC 9457.
 */
import type { Code } from '../base/codes.ts'

/** Thrown by whoever handles a request; becomes the answer. */
export class Problem extends Error {
  readonly status: number
  readonly code: Code
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: Code,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'A token is needed',
  403: 'The token does not allow this',
  404: 'There is nothing here',
  405: 'The method is not for this route',
  408: 'The request took too long',
  409: 'It is not as it was seen',
  410: 'It is gone',
  411: 'The request has no length',
  413: 'The request is too large',
  415: 'The content type is not JSON',
  421: 'This server does not answer for that host',
  429: 'Too many requests',
  431: 'The headers are too large',
  500: 'A bug in oa',
  503: 'oa cannot answer now',
}

/** The body of the answer, `application/problem+json`. */
export function problemBody({ status, code, message }: Problem, instance: string): string {
  return JSON.stringify({
    type: `urn:openagent:problem:${code}`,
    title: TITLES[status] ?? 'The request failed',
    status,
    detail: message,
    code,
    instance,
  })
}
