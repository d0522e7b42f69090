/**
 * Reading a request's body: JSON only, no more of it than is allowed, its length said beforehand or counted.
 */
import type { IncomingMessage } from 'node:http'
import { Problem } from './problem.ts'

/**
 * The JSON value that a request carries.
 *
 * @throws Problem 400, 413, 415
 */
export async function readJson(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(type)) {
    throw new Problem(415, 'OA8106', 'the body must be `application/json`')
  }
  if (request.headers['content-encoding'] !== undefined) {
    throw new Problem(415, 'OA8106', 'the body must not be compressed')
  }
  const said = Number(request.headers['content-length'] ?? 0)
  if (said > bytesMax) throw tooLarge(bytesMax)
  const text = await readText(request, bytesMax)
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, 'OA8106', 'the body is not JSON')
  }
}

async function readText(request: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  const text = new TextDecoder('utf-8', { fatal: true })
  try {
    return text.decode(Buffer.concat(chunks))
  } catch {
    throw new Problem(400, 'OA8106', 'the body is not UTF-8')
  }
}

function tooLarge(bytesMax: number): Problem {
  // The rest is not read, so the connection cannot go on.
  return new Problem(413, 'OA8106', `the body has more than ${bytesMax} bytes`, {
    Connection: 'close',
  })
}
