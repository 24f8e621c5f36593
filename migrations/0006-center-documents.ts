/** Where a document of any hospital stands, for the data center's verify page: by code, by the digest of a file, by id. Nothing of its content. */
import { Migration } from '@mikro-orm/migrations'

export class CenterDocuments extends Migration {
  override up(): void {
    this.addSql('create view center_document as select d.tenant, d.id, d.code, d.pdf_sha256 from node n join document d on d.tenant = n.hospital')
    // As the other views of the center: opened by grantCenterViews (api/store/center/grants.ts), at a center only.
    this.addSql('alter view center_document owner to emr_center_views')
  }
}
