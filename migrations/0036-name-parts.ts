/**
 * A name stands in the search rows as it is, and from each of its words on, so that "nguyen van" and "van an" find it. Family and given names stood there besides, though the whole name
 * begins with the one and its parts with the other: a search by a common family name walked over each of its bearers twice. Those rows go (api/search/values.ts no longer makes them).
 */
import { Migration } from '@mikro-orm/migrations'
import { hash } from 'node:crypto'

/** Whose `name` is a HumanName, the one type with parts. */
const TYPES = ['Patient', 'Person', 'Practitioner', 'RelatedPerson'] as const

/** As api/search/hash.ts makes it, which never changes. */
const digest = (type: string, value: '' | 'part'): bigint => hash('sha256', `${type}\nname\nw\n${value}`, 'buffer').readBigInt64LE(0)

export class NameParts extends Migration {
  override up(): void {
    const keys = TYPES.map((type) => `(${digest(type, '')}::int8, ${digest(type, 'part')}::int8)`).join(', ')
    // the owner obeys row security too (table.ts): of every hospital whose rows are here, in this transaction alone
    this.addSql('alter table pst_str no force row level security')
    this.addSql(`delete from pst_str p using (values ${keys}) as k(whole, part) where p.h = k.part and exists (
      select from pst_str other where other.tenant = p.tenant and other.rid = p.rid and starts_with(other.norm, p.norm)
        and (other.h = k.whole or (other.h = k.part and length(other.norm) > length(p.norm))))`)
    this.addSql('alter table pst_str force row level security')
  }
}
