/**
 * Every refusal has a name. `throw outcome('version-conflict', {...})`; one table maps the name to a category (and so to an HTTP
 * status, in fhir/outcome-handler.ts and nowhere else), to the FHIR issue type (http://hl7.org/fhir/R4/valueset-issue-type.html)
 * and to the sentence a user reads. The detail goes to the log and, for 4xx only, to OperationOutcome.diagnostics.
 */
export type Category =
  | 'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'gone' | 'conflict' | 'precondition'
  | 'too-large' | 'unsupported-media' | 'not-acceptable' | 'unprocessable' | 'locked' | 'too-many' | 'internal' | 'unavailable' | 'method-not-allowed'

/** http://hl7.org/fhir/R4/valueset-issue-type.html */
export type IssueType =
  | 'invalid' | 'structure' | 'required' | 'value' | 'invariant' | 'security' | 'login' | 'expired' | 'forbidden' | 'suppressed'
  | 'processing' | 'not-supported' | 'duplicate' | 'multiple-matches' | 'not-found' | 'deleted' | 'too-long' | 'code-invalid' | 'conflict'
  | 'too-costly' | 'lock-error' | 'throttled' | 'transient' | 'exception' | 'business-rule' | 'extension' | 'informational'

interface OutcomeRow {
  readonly category: Category
  readonly issue: IssueType
  readonly vi: string
  readonly en: string
}

const row = (category: Category, issue: OutcomeRow['issue'], vi: string, en: string): OutcomeRow => ({ category, issue, vi, en })

export const OUTCOMES = {
  // the door: JSON, XML, URLs, parameters
  'json-syntax': row('invalid', 'structure', 'Dữ liệu gửi lên không phải JSON hợp lệ.', 'The body is not valid JSON.'),
  'json-duplicate-key': row('invalid', 'structure', 'Dữ liệu gửi lên có khóa bị lặp.', 'The JSON has a duplicate key.'),
  'json-too-deep': row('invalid', 'structure', 'Dữ liệu gửi lên lồng quá sâu.', 'The JSON is nested too deeply.'),
  'xml-syntax': row('invalid', 'structure', 'Dữ liệu gửi lên không phải XML hợp lệ.', 'The body is not well-formed XML.'),
  'xml-forbidden': row('invalid', 'security', 'Dữ liệu XML có DOCTYPE hoặc chỉ thị xử lý nên bị từ chối.', 'The XML has a DOCTYPE or a processing instruction, which is not accepted.'),
  'xml-structure': row('invalid', 'structure', 'Dữ liệu XML không theo cấu trúc của FHIR.', 'The XML does not have the structure of a FHIR resource.'),
  'xml-too-deep': row('invalid', 'structure', 'Dữ liệu XML lồng quá sâu.', 'The XML is nested too deeply.'),
  'body-too-large': row('too-large', 'too-long', 'Dữ liệu gửi lên quá lớn.', 'The body is too large.'),
  'media-type': row('unsupported-media', 'not-supported', 'Định dạng dữ liệu không được hỗ trợ.', 'The media type is not supported.'),
  'not-acceptable': row('not-acceptable', 'not-supported', 'Định dạng yêu cầu không được hỗ trợ.', 'No supported format is acceptable to the client.'),
  'bad-request': row('invalid', 'invalid', 'Yêu cầu không hợp lệ.', 'The request is malformed.'),
  'unknown-route': row('not-found', 'not-found', 'Không có địa chỉ này.', 'There is nothing at this address.'),
  'method-not-allowed': row('method-not-allowed', 'not-supported', 'Thao tác không được hỗ trợ ở địa chỉ này.', 'The method is not supported here.'),
  'unknown-type': row('not-found', 'not-supported', 'Không có loại tài nguyên này trong FHIR R4.', 'This is not a FHIR R4 resource type.'),
  'unknown-parameter': row('invalid', 'not-supported', 'Tham số tìm kiếm không được hỗ trợ.', 'The search parameter is not supported.'),
  'bad-parameter': row('invalid', 'value', 'Giá trị tham số không hợp lệ.', 'The value of a parameter is malformed.'),
  'too-costly': row('unprocessable', 'too-costly', 'Yêu cầu này cần xử lý quá nhiều dữ liệu. Hãy thêm điều kiện để thu hẹp.', 'This would take too much work: narrow it by further conditions.'),
  'graphql-invalid': row('invalid', 'invalid', 'Truy vấn GraphQL không hợp lệ.', 'This is not a GraphQL query of this schema.'),
  'graphql-reference': row('unprocessable', 'not-found', 'Một tham chiếu trong truy vấn không dẫn tới dữ liệu nào xem được.', 'A reference leads to nothing that can be shown, and is not optional.'),
  'graphql-shape': row('unprocessable', 'processing', 'Kết quả không xếp được theo chỉ dẫn của truy vấn.', 'The result does not take the shape that the directives of the query give it.'),
  'bundle-too-large': row('too-large', 'too-long', 'Bundle có quá nhiều mục.', 'The Bundle has too many entries.'),
  // resources
  'not-found': row('not-found', 'not-found', 'Không tìm thấy.', 'Not found.'),
  deleted: row('gone', 'deleted', 'Dữ liệu này đã được xóa.', 'The resource has been deleted.'),
  'version-conflict': row('precondition', 'conflict', 'Người khác đã sửa bản ghi này. Hãy xem lại cả hai bản.', 'Someone else has changed this record since you read it.'),
  'patch-failed': row('conflict', 'processing', 'Bản vá không khớp với bản ghi hiện tại.', 'The patch does not fit the resource as it is.'),
  'already-exists': row('precondition', 'duplicate', 'Bản ghi này đã tồn tại.', 'The resource already exists.'),
  'multiple-matches': row('precondition', 'multiple-matches', 'Có nhiều bản ghi cùng khớp điều kiện.', 'The condition matches more than one resource.'),
  'id-mismatch': row('invalid', 'invalid', 'Mã trong nội dung khác mã trên địa chỉ.', 'The id in the body differs from the id in the URL.'),
  'type-mismatch': row('invalid', 'invalid', 'Loại tài nguyên trong nội dung khác địa chỉ.', 'The resourceType in the body differs from the URL.'),
  'bad-id': row('invalid', 'value', 'Mã tài nguyên không đúng dạng.', 'The id is not a valid FHIR id.'),
  'invalid-resource': row('unprocessable', 'invariant', 'Nội dung chưa đúng quy định.', 'The resource does not conform.'),
  'subsetted-resource': row('unprocessable', 'business-rule', 'Nội dung gửi lên chỉ là một phần của bản ghi (SUBSETTED) nên không được ghi đè. Hãy đọc lại toàn bộ bản ghi rồi sửa.', 'The body is marked as a part of the resource (SUBSETTED): writing it would lose the rest.'),
  'dangling-reference': row('unprocessable', 'not-found', 'Nội dung trỏ tới bản ghi không tồn tại.', 'A reference points to nothing that exists.'),
  'code-invalid': row('unprocessable', 'code-invalid', 'Mã không có trong danh mục tại thời điểm này.', 'The code is not in the list at this date.'),
  'immutable-record': row('conflict', 'business-rule', 'Hồ sơ đã ký không sửa trực tiếp được. Hãy bổ sung hoặc đính chính.', 'A signed record is never changed: add an addendum or a replacing version.'),
  'patient-merged': row('conflict', 'business-rule', 'Hồ sơ người bệnh này đã được gộp vào hồ sơ khác.', 'This patient was merged into another one.'),
  'patient-not-merged': row('conflict', 'business-rule', 'Hai hồ sơ người bệnh này chưa được gộp.', 'These two patients are not merged.'),
  'changed-since': row('conflict', 'conflict', 'Có bản ghi đã thay đổi sau khi gộp hồ sơ nên không tự tách ra được.', 'Something was changed since the merge, so that it cannot be put back as it was.'),
  'diagnosis-not-allowed': row('unprocessable', 'business-rule', 'Có chẩn đoán không dùng được như đã ghi theo quy tắc mã hóa ICD-10 của ngày khám.', 'A diagnosis may not be used like this by the coding rules of ICD-10 on the day of the visit.'),
  'safety-reason-needed': row('unprocessable', 'business-rule', 'Có cảnh báo an toàn thuốc cần lý do trước khi ký.', 'A drug safety alert needs a reason before the visit can be signed.'),
  'safety-second-person-needed': row('unprocessable', 'business-rule', 'Có cảnh báo an toàn thuốc cần người thứ hai xác nhận trước khi ký.', 'A drug safety alert must be confirmed by a second person before the visit can be signed.'),
  'second-person-refused': row('forbidden', 'business-rule', 'Người xác nhận phải là bác sĩ khác, có quyền ký ở khoa này.', 'The second person must be another doctor who may sign in this department.'),
  'visit-closed': row('conflict', 'business-rule', 'Lượt khám đã kết thúc.', 'The visit is closed.'),
  'order-not-received': row('conflict', 'business-rule', 'Chỉ định này chưa được tiếp nhận. Hãy nhận mẫu hoặc gọi người bệnh vào làm trước.', 'The order was not taken in: receive its specimen, or call the patient in, first.'),
  'device-unreadable': row('unprocessable', 'structure', 'Bản tin của máy không đọc được nên không gán được. Chỉ có thể loại bỏ.', 'The message of the device cannot be read: it can only be rejected.'),
  'device-other-patient': row('unprocessable', 'business-rule', 'Bản tin của máy gồm nhiều người bệnh, và phần này không ghi đúng người của chỉ định. Hãy chọn chỉ định của người đó, hoặc nhập tay.', 'The message is of several patients, and this part does not name the one of the order: choose an order of that patient, or type the values.'),
  'pacs-unreachable': row('unavailable', 'transient', 'Chưa lấy được ảnh từ PACS lúc này. Hãy thử lại sau ít phút.', 'The PACS gives no pictures at the moment. Try again in some minutes.'),
  'pacs-unfit': row('unavailable', 'processing', 'PACS không đưa ra được ảnh này.', 'The PACS does not give this picture, or what it gives is none.'),
  'pictures-closed': row('gone', 'expired', 'Ảnh đã đóng vì mở quá lâu hoặc máy chủ vừa khởi động lại. Hãy mở lại.', 'The pictures were closed, as they were open too long or the server was started again. Open them once more.'),
  'device-superseded': row('conflict', 'conflict', 'Chỉ định này đã có bản tin mới hơn (sửa hoặc hủy) nên không gửi lại bản cũ.', 'A later message of this order exists: the old one is not sent again.'),
  'device-nothing-fits': row('unprocessable', 'business-rule', 'Không có giá trị nào của máy hợp với chỉ định này. Hãy chọn chỉ định khác, hoặc nhập tay.', 'No value of the device fits this order: choose another, or type them.'),
  'order-under-way': row('conflict', 'business-rule', 'Chỉ định này đã được nơi làm tiếp nhận, hoặc đã làm xong, nên không sửa, không bỏ được. Hãy gọi cho nơi đó.', 'This order was taken in by whoever carries it out, or is done: it is not changed or taken off any more. Call them.'),
  'result-empty': row('unprocessable', 'business-rule', 'Chưa có giá trị hay kết luận nào để lưu.', 'There is no value and no conclusion to store.'),
  'result-implausible': row('unprocessable', 'business-rule', 'Có giá trị khó gặp ở người với đơn vị của chỉ số: hãy xem lại đơn vị, rồi gõ giá trị thêm một lần.', 'A value is hardly possible in the unit of its analyte: look at the unit and type the value a second time.'),
  'critical-call-needed': row('unprocessable', 'business-rule', 'Có giá trị nguy hiểm: hãy ghi đã báo cho ai, lúc nào, người nghe đã đọc lại; hoặc vì sao chưa báo được.', 'There is a critical value: say who was told and when and that it was read back, or why nobody was reached.'),
  'correction-reason-needed': row('unprocessable', 'business-rule', 'Kết quả đã trả: hãy ghi lý do sửa.', 'The result was released: say why it is changed.'),
  'second-look-needed': row('unprocessable', 'business-rule', 'Kết quả này bất thường: hãy mở các giá trị ra xem trước khi xác nhận.', 'This result is abnormal: open its values before acknowledging it.'),
  // people and access
  'sign-in-needed': row('unauthenticated', 'login', 'Hãy đăng nhập.', 'Sign in first.'),
  'sign-in-failed': row('unauthenticated', 'login', 'Tên đăng nhập hoặc mật khẩu không đúng.', 'The login or the password is wrong.'),
  'session-expired': row('unauthenticated', 'expired', 'Phiên làm việc đã hết hạn. Hãy đăng nhập lại, nội dung đang nhập vẫn còn.', 'The session has expired; what you typed is kept.'),
  'token-invalid': row('unauthenticated', 'login', 'Mã truy cập không hợp lệ.', 'The access token is not valid.'),
  forbidden: row('forbidden', 'forbidden', 'Bạn không có quyền làm việc này.', 'You may not do this.'),
  'break-glass-needed': row('forbidden', 'suppressed', 'Bạn chưa tham gia điều trị người bệnh này. Cần lý do để mở khẩn cấp.', 'You have no care relation with this patient; a reason is needed to break the glass.'),
  'cross-site-request': row('forbidden', 'security', 'Yêu cầu đến từ trang khác nên bị từ chối.', 'A cross-site request was refused.'),
  'too-many-attempts': row('too-many', 'throttled', 'Sai quá nhiều lần. Hãy chờ rồi thử lại.', 'Too many attempts; wait and try again.'),
  'too-many-open': row('too-many', 'throttled', 'Đang có quá nhiều yêu cầu chưa xong. Hãy lấy kết quả hoặc hủy bớt rồi thử lại.', 'Too many requests are open already; fetch their answers or cancel some, and come again.'),
  'weak-password': row('unprocessable', 'business-rule', 'Mật khẩu chưa đủ mạnh.', 'The password is too weak.'),
  'login-taken': row('conflict', 'duplicate', 'Tên đăng nhập đã có người dùng.', 'The login is taken.'),
  'aid-name-taken': row('conflict', 'duplicate', 'Đã có bộ chỉ định hoặc mẫu câu mang tên này. Hãy đặt tên khác.', 'There is an order set or a phrase of this name already; choose another one.'),
  'too-many-aids': row('conflict', 'too-costly', 'Đã lưu tối đa 300 mục loại này. Hãy xóa bớt mục không dùng.', 'As many of this kind are kept as can be; remove some that are not used.'),
  'client-taken': row('conflict', 'duplicate', 'Mã phần mềm này đã có hoặc được giữ riêng. Hãy chọn mã khác.', 'This client id is taken or reserved; choose another one.'),
  'client-needs-second-person': row('forbidden', 'business-rule', 'Bạn vừa cấp quyền hoặc khóa cho phần mềm này. Cần một quản trị viên khác duyệt và bật.', 'You gave this client its access: another administrator must approve it and switch it on.'),
  'app-unknown': row('invalid', 'security', 'Phần mềm này chưa được đăng ký hoặc đang tắt, nên không thể tiếp tục. Hãy hỏi quản trị viên của bệnh viện.', 'This app is not registered, or is switched off; ask the administrator of the hospital.'),
  'app-address': row('invalid', 'security', 'Địa chỉ quay về của phần mềm không đúng với địa chỉ đã đăng ký, nên không thể tiếp tục. Hãy báo quản trị viên của bệnh viện.', 'The address that the app wants to return to is not a registered one; tell the administrator of the hospital.'),
  'client-of-demo': row('forbidden', 'business-rule', 'Phần mềm này thuộc bản dùng thử nên không sửa được.', 'This client belongs to the demo and is not changed.'),
  // the first start of a site, and two sites that meet
  'setup-done': row('conflict', 'business-rule', 'Đơn vị này đã được thiết lập. Hãy đăng nhập.', 'This site is set up already: sign in.'),
  'setup-code-wrong': row('forbidden', 'security', 'Mã thiết lập không đúng hoặc đã hết hạn. Lấy mã mới trên máy chủ bằng lệnh: npm run setup-code', 'The set-up code is wrong or has expired. Get a new one on the server: npm run setup-code'),
  'enrolment-invalid': row('unprocessable', 'invalid', 'Đây không phải yêu cầu kết nối nguyên vẹn của một bệnh viện. Hãy đề nghị bệnh viện gửi lại tệp.', 'This is not a whole request of a hospital: ask it to send the file again.'),
  'node-taken': row('conflict', 'duplicate', 'Mã đơn vị này đã đăng ký với một khóa khác nên bị từ chối. Hãy kiểm tra mã đơn vị với bệnh viện.', 'This number is registered with another key, so it is refused: check the number with the hospital.'),
  'center-not-found': row('unprocessable', 'not-found', 'Không có Trung tâm dữ liệu nào trả lời ở địa chỉ này. Hãy kiểm tra địa chỉ và đường mạng.', 'No data center answers at this address: check the address and the network.'),
  'fingerprint-differs': row('conflict', 'security', 'Mã đối chiếu không còn khớp nên chưa có gì thay đổi. Hãy đối chiếu lại từ đầu.', 'The fingerprint does not fit any more; nothing was changed. Compare again from the start.'),
  // signing
  'pin-wrong': row('forbidden', 'security', 'Mã PIN ký số không đúng.', 'The signing PIN is wrong.'),
  'key-locked': row('locked', 'lock-error', 'Khóa ký đã bị khóa do sai PIN nhiều lần. Hãy cấp chứng thư mới.', 'The signing key is locked after too many wrong PINs.'),
  'key-missing': row('conflict', 'business-rule', 'Bạn chưa có khóa ký số.', 'You have no signing key.'),
  'key-exists': row('conflict', 'duplicate', 'Bạn đã có khóa ký số đang dùng.', 'You already have a signing key in use.'),
  'key-not-allowed': row('forbidden', 'forbidden', 'Bạn chưa được cấp quyền ký số.', 'An administrator has not admitted you to signing.'),
  'key-needs-second-person': row('forbidden', 'business-rule', 'Tài khoản hoặc mật khẩu của bạn do quản trị viên đặt, nên cần một người khác cấp quyền ký: quản trị viên khác, hoặc trưởng khoa của bạn.', 'An administrator made your account or set its password, so somebody else must admit you to signing: another administrator, or your head of department.'),
  'admission-needs-another': row('forbidden', 'business-rule', 'Người đã tạo tài khoản này, đặt mật khẩu hoặc giao vai trò thì không tự cấp quyền ký cho tài khoản đó. Cần một quản trị viên khác, hoặc trưởng khoa của người ký.', 'Whoever made this account, set its password or gave it its role does not admit it to signing: another administrator does, or the head of its department.'),
  'admission-needs-own-password': row('forbidden', 'business-rule', 'Mật khẩu của bạn đang do người khác đặt. Hãy tự đổi mật khẩu ở trang Tài khoản rồi cấp quyền ký.', 'Somebody else set the password you have: change it on the page Account, then admit others to signing.'),
  'weak-pin': row('unprocessable', 'business-rule', 'PIN phải có ít nhất 6 chữ số và không quá dễ đoán.', 'The PIN needs at least 6 digits and must not be trivial.'),
  'document-too-long': row('too-large', 'too-long', 'Phiếu khám quá dài để in và ký. Hãy rút gọn nội dung.', 'The visit is too long to be printed and signed; shorten its texts.'),
  'draft-too-large': row('too-large', 'too-long', 'Nội dung nhập quá dài nên máy chủ không giữ bản nháp. Máy này vẫn giữ: hãy rút gọn, hoặc lưu vào hồ sơ.', 'What was typed is too long for a draft at the server. This computer keeps it: shorten it, or file it.'),
  'drafts-full': row('conflict', 'too-costly', 'Bạn có quá nhiều bản nháp ở máy chủ nên chưa giữ thêm được. Máy này vẫn giữ nội dung đã nhập. Hãy lưu hoặc bỏ các phiếu chưa xong trong Hộp ký.', 'You have too many drafts at the server, so no more is kept there. This computer keeps what was typed: file or discard visits that are not finished, in the signing inbox.'),
  'preview-expired': row('conflict', 'expired', 'Bản xem trước đã hết hạn. Hãy xem lại trước khi ký.', 'The preview has expired; review again before signing.'),
  'draft-pending': row('conflict', 'business-rule', 'Lượt khám còn nội dung bạn đã nhập mà chưa lưu. Hãy mở lượt khám, lưu hoặc bỏ bản nháp rồi ký.', 'You have typed something for this visit that is not filed: open it, and file or discard the draft.'),
  'cosign-asked': row('conflict', 'duplicate', 'Tài liệu này đang chờ ký duyệt.', 'A second signature has been asked for already.'),
  'cosign-closed': row('conflict', 'business-rule', 'Yêu cầu ký duyệt này không còn hiệu lực: đã được ký, bị từ chối, rút lại, hoặc tài liệu đã được thay thế.', 'This question is closed: it was signed, refused or withdrawn, or the document was replaced.'),
  'cosign-no-room': row('conflict', 'business-rule', 'Tài liệu này không có chỗ cho chữ ký thứ hai.', 'This document has no place for a second signature.'),
  'cosign-same-person': row('forbidden', 'business-rule', 'Người đã ký tài liệu không thể tự ký duyệt.', 'Whoever signed the document cannot also be its second signer.'),
  'delegation-invalid': row('unprocessable', 'business-rule', 'Chỉ uỷ quyền được cho bác sĩ khác đang làm việc tại khoa, từ hôm nay trở đi và không quá 366 ngày.', 'Only another doctor at work in the department can be chosen, from today on and for at most 366 days.'),
  'signature-failed': row('internal', 'exception', 'Không ký được. Chưa có gì được lưu.', 'Signing failed; nothing was stored.'),
  'document-damaged': row('conflict', 'business-rule', 'Tài liệu lưu trữ không còn nguyên vẹn nên không in được. Hãy báo quản trị viên của bệnh viện.', 'The stored document is no longer what was signed, so it is not printed; tell the administrator.'),
  // lists
  'import-invalid': row('unprocessable', 'invalid', 'Tệp danh mục có lỗi.', 'The code list file has errors.'),
  'list-version-exists': row('conflict', 'duplicate', 'Danh mục này đã có phiên bản mang tên đó (hoặc tên chỉ khác dấu). Bản đã lưu được giữ nguyên; hãy đặt tên khác cho phiên bản mới.', 'The list already has a version of that name, or of one that differs in punctuation only. It was left as it is; give the new version another name.'),
  'list-period-taken': row('conflict', 'business-rule', 'Đã có phiên bản của danh mục này bắt đầu đúng ngày đó. Mỗi ngày chỉ một phiên bản có hiệu lực; hãy chọn ngày bắt đầu khác.', 'A version of this list already starts on that day, and only one version holds on a day; choose another first day.'),
  'list-period-gap': row('conflict', 'business-rule', 'Phiên bản kết thúc sớm sẽ để lại những ngày không có danh mục nào có hiệu lực. Hãy bỏ trống ngày kết thúc hoặc chọn ngày muộn hơn.', 'A version that ends so early would leave days on which no version holds; leave the last day empty or choose a later one.'),
  // code systems, value sets, concept maps
  'code-system-unknown': row('unprocessable', 'not-found', 'Máy chủ không có nội dung của hệ mã này.', 'The server has no content of this code system.'),
  'value-set-unknown': row('unprocessable', 'not-found', 'Tập giá trị dẫn tới một tập giá trị không có ở đây.', 'The value set refers to one that is not here.'),
  'value-set-cycle': row('unprocessable', 'processing', 'Tập giá trị dẫn vòng về chính nó.', 'The value set includes itself.'),
  'filter-unsupported': row('unprocessable', 'not-supported', 'Không hỗ trợ bộ lọc này của tập giá trị.', 'A filter of the value set is not supported.'),
  // the letterhead
  'seal-unsuitable': row('invalid', 'value', 'Ảnh con dấu phải là tệp PNG nguyên vẹn, 8 bit mỗi kênh màu, không xen kẽ (non-interlaced), mỗi cạnh từ 16 đến 2000 điểm ảnh.', 'The seal must be an undamaged PNG picture, 8 bits per channel, not interlaced, 16 to 2000 pixels on each side.'),
  // the house
  'exchange-refused': row('forbidden', 'security', 'Trung tâm từ chối gói dữ liệu.', 'The batch was refused.'),
  overloaded: row('unavailable', 'throttled', 'Hệ thống đang quá tải. Hãy thử lại sau ít giây.', 'The system is overloaded; try again shortly.'),
  'database-unavailable': row('unavailable', 'transient', 'Cơ sở dữ liệu tạm thời không trả lời. Nội dung đang nhập vẫn còn.', 'The database does not answer for the moment; what you typed is kept.'),
  'numbers-renewing': row('unavailable', 'transient', 'Sau khi nâng cấp, chỉ mục tìm theo số còn đang được lập lại. Hãy thử lại sau ít phút.', 'After an upgrade the search rows of numbers are still being made anew; try again in some minutes.'),
  internal: row('internal', 'exception', 'Hệ thống gặp lỗi. Nội dung đang nhập vẫn còn.', 'An internal error; what you typed is kept.'),
} as const satisfies Record<string, OutcomeRow>

export type OutcomeCode = keyof typeof OUTCOMES

/** Where and what, for the log and (4xx only) the OperationOutcome. Never patient data beyond what the caller sent. */
export interface OutcomeDetail {
  /** FHIRPath or JSON path of the place in the input, e.g. "Bundle.entry[3].resource.code". */
  readonly expression?: string | string[]
  /** A technical sentence. */
  readonly diagnostics?: string
  readonly [extra: string]: unknown
}

export interface Issue {
  readonly severity: 'error' | 'warning' | 'information'
  readonly message: string
  readonly expression?: string
  readonly code?: IssueType
}

export class Outcome extends Error {
  readonly code: OutcomeCode
  readonly detail: OutcomeDetail
  /** Several findings at once (validation, import). */
  readonly issues: readonly Issue[]
  constructor(code: OutcomeCode, detail: OutcomeDetail = {}, issues: readonly Issue[] = []) {
    super(`${code}: ${detail.diagnostics ?? OUTCOMES[code].en}`)
    this.name = 'Outcome'
    this.code = code
    this.detail = detail
    this.issues = issues
  }
}

export const outcome = (code: OutcomeCode, detail?: OutcomeDetail, issues?: readonly Issue[]): Outcome => new Outcome(code, detail, issues)
