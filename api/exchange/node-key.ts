/** The node's own key (P-256) as a file in the secrets folder, made at first start; and whom the node believes. A token or HSM takes its place later. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { CenterIdentity, Enrolment, PublicJwk } from '../model/exchange.ts'

/** `url`: where it answers, unless the settings say so. */
export interface TrustedCenter extends CenterIdentity { readonly url?: string | undefined }

export interface NodeKey { readonly key: KeyObject; readonly publicJwk: PublicJwk }

const FILES = { key: 'exchange-node-key.pem', enrolment: 'exchange-enrolment.json', center: 'exchange-center.json' } as const
/** Name of the data center as a node. */
export const CENTER_NODE = 'center'
export const nodeName = (tenant: number): string => (tenant === 0 ? CENTER_NODE : `h${tenant}`)

const jwkShape = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string().min(43).max(43), y: z.string().min(43).max(43) })
const enrolmentShape = z.object({ tenant: z.int().min(1), node: z.string().regex(/^[a-z0-9-]{1,64}$/), name: z.string().min(1).max(200), publicJwk: jwkShape, authorityPem: z.string().includes('BEGIN CERTIFICATE') })
const centerShape = z.object({ node: z.literal(CENTER_NODE), publicJwk: jwkShape })
const trustedShape = centerShape.extend({ url: z.string().optional() })

/** What a center says of itself. Throws when it is something else. */
export const parseCenterIdentity = (value: unknown): CenterIdentity => centerShape.parse(value)

/** Throws when it is not an enrolment: it comes from another site. */
export const parseEnrolment = (value: unknown): Enrolment => enrolmentShape.parse(value)

/** The key of this node; made when there is none. Two processes that start at once end with the same key. */
export const readOrMakeNodeKey = async (secrets: string): Promise<NodeKey> => {
  const path = join(secrets, FILES.key)
  const pem = await readIfThere(path) ?? await makeKey(secrets, path)
  const key = createPrivateKey(pem)
  return { key, publicJwk: jwkShape.parse(createPublicKey(key).export({ format: 'jwk' })) }
}

/** What the hospital hands to the center: written beside its key, and answered. */
export const writeEnrolment = async (secrets: string, site: { tenant: number; name: string; authorityPem: string }): Promise<Enrolment> => {
  const { publicJwk } = await readOrMakeNodeKey(secrets)
  const enrolment = parseEnrolment({ ...site, node: nodeName(site.tenant), publicJwk })
  await writeWhole(secrets, FILES.enrolment, `${JSON.stringify(enrolment, null, 2)}\n`)
  return enrolment
}

export const readCenterIdentity = async (secrets: string): Promise<CenterIdentity> => ({ node: CENTER_NODE, publicJwk: (await readOrMakeNodeKey(secrets)).publicJwk })

/** At the hospital: whose receipts count from now on. */
export const trustCenter = async (secrets: string, center: TrustedCenter): Promise<void> =>
  writeWhole(secrets, FILES.center, `${JSON.stringify(trustedShape.parse(center), null, 2)}\n`)

/** undefined: not enrolled yet, nothing is sent. */
export const readTrustedCenter = async (secrets: string): Promise<TrustedCenter | undefined> => {
  const text = await readIfThere(join(secrets, FILES.center))
  return text === undefined ? undefined : trustedShape.parse(JSON.parse(text))
}

const makeKey = async (secrets: string, path: string): Promise<string> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } })
  const draft = `${path}.${process.pid}`
  await writeWhole(secrets, `${FILES.key}.${process.pid}`, privateKey)
  try {
    await link(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(path, 'utf8')
}

/** Durable and whole, readable by the owner only. */
const writeWhole = async (folder: string, name: string, text: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `.${name}.${process.pid}.draft`)
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(draft, 0o600)
  await rename(draft, join(folder, name))
}

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
