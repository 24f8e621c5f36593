/** Texts of the administrator's pages in Vietnamese. */
export default {
  saved: 'Đã lưu.', state: 'Trạng thái', active: 'Đang dùng', inactive: 'Ngừng dùng', change: 'Sửa', count: '{count} mục',
  hospital: {
    letterhead: 'Tiêu đề in trên mọi biểu mẫu', governingBody: 'Cơ quan chủ quản', name: 'Tên bệnh viện', address: 'Địa chỉ', phone: 'Điện thoại', place: 'Địa danh',
    placeHint: 'Trước “ngày … tháng …”', facilityCode: 'Mã cơ sở KBCB', facilityHint: '5 ký tự', seal: 'Hình con dấu', sealNote: 'PNG nền trong suốt, tối đa 1 MB. Hình dấu không phải chữ ký số.', noSeal: 'Chưa có hình con dấu.', chooseSeal: 'Chọn tệp PNG', sealSaved: 'Đã lưu hình con dấu.',
  },
  departments: {
    add: 'Thêm khoa, phòng', code: 'Mã', name: 'Tên khoa, phòng', kind: 'Loại', kinds: { clinic: 'Khám bệnh', ward: 'Điều trị nội trú', paraclinical: 'Cận lâm sàng', office: 'Phòng chức năng' },
    official: 'Mã khoa theo danh mục', inUse: 'Đang hoạt động', rooms: 'Buồng', beds: 'Giường', roomsAndBeds: 'Buồng và giường', addRoom: 'Thêm buồng', addBed: 'Thêm giường', newRoom: 'Buồng {n}', newBed: 'Giường {n}',
    roomName: 'Tên buồng {n}', bedName: 'Tên giường {n}, {room}', closeRoom: 'Bỏ {name}', closeBed: 'Bỏ {name}, {room}', empty: 'Chưa có khoa, phòng.',
  },
  staff: {
    add: 'Thêm nhân viên', person: 'Nhân thân', name: 'Họ và tên', titleField: 'Chức danh', titleHint: 'Ví dụ: BS CKI, ĐD', rank: 'Cấp bậc', licence: 'Số giấy phép hành nghề',
    account: 'Tài khoản', login: 'Tên đăng nhập', password: 'Mật khẩu', newPassword: 'Đặt lại mật khẩu', passwordHint: 'Ít nhất 14 ký tự', mayWork: 'Được đăng nhập', roles: 'Vai trò', roleN: 'Vai trò {n}', placeN: 'Khoa, phòng của vai trò {n}', addRole: 'Thêm vai trò', removeRole: 'Bỏ vai trò {n}',
    key: 'Khóa ký số', keys: { none: 'Chưa có', admitted: 'Được cấp', active: 'Đang dùng', locked: 'Bị khóa', revoked: 'Đã thu hồi' },
    keyText: {
      none: 'Người này chưa được cấp quyền ký số.', admitted: 'Đã được cấp quyền; người này tự đặt mã PIN ở lần ký đầu tiên.', active: 'Đang có khóa ký. Mã PIN chỉ người này biết.',
      locked: 'Khóa bị khóa do sai PIN nhiều lần.', revoked: 'Chứng thư đã thu hồi.',
    },
    admit: 'Cấp quyền ký số (người này tự đặt mã PIN)', admitOther: 'Người tạo tài khoản, đặt mật khẩu hoặc giao vai trò không tự cấp quyền ký. Một quản trị viên khác cấp tại trang này, hoặc trưởng khoa của người ký cấp trong Hộp ký.', admitBy: 'Hiện có thể cấp: {names}.', admitNobody: 'Bệnh viện chưa có ai khác để cấp: hãy thêm một quản trị viên thứ hai, hoặc trưởng khoa của khoa này.', waits: 'Chờ người khác cấp', revoke: 'Thu hồi chứng thư', revokeReason: 'Quản trị viên thu hồi',
  },
  lists: {
    name: 'Danh mục', version: 'Phiên bản', validFrom: 'Hiệu lực từ', validTo: 'Đến', concepts: 'Số mã', unreviewed: 'Chưa thẩm định', kind: 'Loại', source: 'Nguồn, căn cứ', starter: 'Khởi đầu', official: 'Chính thức',
    starterHeading: '{count} danh mục là bản khởi đầu', starterText: 'Các danh mục này chưa được thẩm định. Hãy nhập tệp chính thức trước khi dùng cho người bệnh.',
    import: 'Nhập tệp', importInto: 'Nhập tệp vào: {name}', whichVersion: 'Tệp và phiên bản', current: 'Đang chọn: {version} ({extent}). Nguồn: {source}. Giấy phép: {licence}.', file: 'Tệp CSV hoặc XLSX', listName: 'Tên danh mục', versionHint: 'Ví dụ: tt06-2026', lastDay: 'Ngày cuối', lastDayHint: 'Bỏ trống: chưa hết hạn', legalBasis: 'Căn cứ pháp lý',
    publisher: 'Nguồn', publisherHint: 'Cơ quan ban hành, nơi lấy tệp', licence: 'Giấy phép sử dụng', licenceHint: 'Ghi đúng như nguồn nêu; không rõ thì ghi “không rõ”', extent: 'Phạm vi', complete: 'Đầy đủ', partial: 'Một phần',
    columns: 'Các cột của tệp', codeColumn: 'Cột mã', displayColumn: 'Cột tên', columnHint: 'Ghi tiêu đề cột đúng như trong tệp', displayEnColumn: 'Cột tên tiếng Anh', rowFromColumn: 'Cột dòng có hiệu lực từ', rowToColumn: 'Cột dòng có hiệu lực đến', reviewedColumn: 'Cột đã thẩm định',
    properties: 'Cột khác', propertiesHint: 'Ví dụ: unit=Đơn vị; route=Đường dùng. Quy tắc ICD-10: notMain, discouraged, forbidden, deathOnly, femaleOnly, maleOnly (cột 24–29)', check: 'Kiểm tra tệp', apply: 'Áp dụng phiên bản này', report: 'Nếu áp dụng', applied: 'Đã áp dụng',
    figures: 'Thêm {added}, đổi {changed}, hết hiệu lực {ended}, giữ nguyên {unchanged}.', row: 'Dòng {row}', errors: 'Tệp có {count} dòng lỗi nên không áp dụng được.',
    holds: 'Có hiệu lực từ {from} đến {to}.', open: 'khi có phiên bản sau', closes: 'Phiên bản {version} kết thúc ngày {to}.', against: 'So với phiên bản {version}.', againstNone: 'Chưa có phiên bản trước để so.',
    changes: 'Các thay đổi', change: 'Thay đổi', code: 'Mã', display: 'Tên', field: 'Mục', before: 'Cũ', after: 'Mới', kinds: { added: 'Thêm', changed: 'Đổi', ended: 'Hết hiệu lực' }, yes: 'có', no: 'chưa',
    download: 'Tải báo cáo (CSV)', more: 'Hiện {shown} trong {count} dòng; tệp CSV có đủ.',
    fields: {
      display: 'Tên', displayEn: 'Tên tiếng Anh', validFrom: 'Hiệu lực từ', validTo: 'Hiệu lực đến', reviewed: 'Đã thẩm định', synonyms: 'Tên khác', sex: 'Giới', inn: 'Hoạt chất', strength: 'Hàm lượng', form: 'Dạng', unit: 'Đơn vị', route: 'Đường dùng', dose: 'Liều mỗi lần',
      frequency: 'Số lần mỗi ngày', atc: 'Mã ATC', class: 'Nhóm', control: 'Loại kiểm soát', category: 'Loại', group: 'Nhóm', short: 'Tên ngắn', province: 'Tỉnh',
    },
  },
  exchange: {
    sealed: 'Đã niêm phong', sent: 'Đã gửi', applied: 'Trung tâm đã nhận', pending: 'Đang chờ', quarantined: 'Bị giữ lại', lastContact: 'Liên lạc gần nhất', never: 'chưa có', oldest: 'Bản ghi chờ lâu nhất từ',
    unknownThere: 'Trung tâm chưa đăng ký bệnh viện này.', lastError: 'Chưa gửi được', kept: 'Dữ liệu vẫn được giữ và sẽ tự gửi lại.',
  },
  enrolment: {
    request: '1. Gửi yêu cầu kết nối', number: 'Mã đơn vị', ours: 'Mã đối chiếu của bệnh viện này', requestText: 'Lưu tệp rồi gửi cho người trực Trung tâm dữ liệu. Đọc mã đối chiếu cho họ qua điện thoại: hai màn hình phải hiện cùng một mã. Tệp không chứa bí mật.',
    save: 'Lưu tệp yêu cầu', center: '2. Tin Trung tâm dữ liệu', address: 'Địa chỉ Trung tâm', addressHint: 'Ví dụ: https://trungtam.vidu.vn', look: 'Hỏi Trung tâm', theirs: 'Mã đối chiếu của Trung tâm',
    compare: 'Gọi cho người trực Trung tâm theo số đã biết từ trước, nghe họ đọc mã đối chiếu trên màn hình của họ.', same: 'Đã nghe đọc, hai mã giống nhau', trust: 'Tin và kết nối', trusted: 'Đã kết nối. Hồ sơ được gửi khi Trung tâm đăng ký xong bệnh viện này.', change: 'Đổi Trung tâm',
  },
  audit: {
    from: 'Từ ngày', to: 'Đến ngày', who: 'Ai', what: 'Việc', patientId: 'Mã hồ sơ người bệnh', anyone: 'Tất cả mọi người', anything: 'Tất cả', when: 'Lúc', on: 'Đối tượng', why: 'Mục đích', detail: 'Ghi chú', outcome: 'Kết quả',
    older: 'Cũ hơn', newest: 'Mới nhất', empty: 'Không có dòng nào.', chainOk: 'Chuỗi nhật ký nguyên vẹn, {count} dòng đã niêm phong', chainBroken: 'Chuỗi nhật ký bị phá ở dòng {at}', brokenText: 'Nhật ký đã bị sửa ngoài hệ thống. Hãy giữ nguyên hiện trạng và báo cơ quan an ninh thông tin.',
    found: '{count} kết quả', filtered: 'Lọc theo: {by}', everywhere: 'Toàn viện', certificate: 'Chứng thư số {serial}', offlineRead: 'Xem lúc {at}, bản lưu lúc {copyAt}', draftOfVisit: 'Bản nháp phiếu khám', exported: { system: 'Toàn bộ dữ liệu', patients: 'Mọi người bệnh', some: 'Một số người bệnh: {count}' }, sentBytes: '{count} byte', ofHospital: 'Bệnh viện mã {tenant}', event: 'Thông báo số {number}', entry: 'Bản ghi {seq} của {node}, lượt {epoch}',
    listFrom: 'Phiên bản {version} từ {from}: thêm {added}, đổi {changed}, bỏ {ended}, giữ nguyên {same}', listBetween: 'Phiên bản {version} từ {from} đến {to}: thêm {added}, đổi {changed}, bỏ {ended}, giữ nguyên {same}',
    danger: { allergies: 'dị ứng', creatinine: 'creatinin', height: 'chiều cao', pregnancy: 'tình trạng thai nghén' },
    workOf: { now: 'việc hiện có', overdue: 'người chưa đến' },
    returnFor: { clotted: 'mẫu đông', haemolysed: 'mẫu tan máu', 'too-little': 'không đủ lượng', 'wrong-label': 'nhãn sai', 'wrong-container': 'sai ống', 'no-show': 'người bệnh không đến', 'by-mistake': 'tiếp nhận nhầm', other: 'lý do khác' },
    becomes: { again: 'chờ làm lại', 'given-up': 'thôi không làm' },
    work: { lab: 'Xét nghiệm', imaging: 'Chẩn đoán hình ảnh' }, documentsOf: { patient: 'Của người bệnh', encounter: 'Của lần khám' },
    said: { 'used-twice': 'Mã dùng lần thứ hai nên mọi mã của lần cho phép này đã bị hủy.', 'grant-ended': 'Lần cho phép này đã kết thúc.', invalid_client: 'Khóa của phần mềm kết nối không đúng.', invalid_grant: 'Mã truy cập không phải của phần mềm này.', failed: 'Việc chưa xong do lỗi.', unchanged: 'Không có gì thay đổi.' },
    asked: {
      identifier: 'số giấy tờ', name: 'họ tên', birthdate: 'ngày sinh', patient: 'người bệnh', subject: 'người bệnh', encounter: 'lần khám', date: 'ngày', code: 'mã', status: 'trạng thái', category: 'loại', type: 'loại', from: 'từ ngày', to: 'đến ngày',
      account: 'người làm', interaction: 'việc', before: 'trang cũ hơn', _id: 'mã hồ sơ', _count: 'số dòng', _sort: 'thứ tự', _include: 'kèm theo', _revinclude: 'kèm theo', _lastUpdated: 'lần sửa cuối', _type: 'loại',
    },
    types: {
      Patient: 'Người bệnh', Encounter: 'Lần khám', Bundle: 'Tài liệu', Composition: 'Tài liệu', Condition: 'Chẩn đoán', Observation: 'Kết quả, sinh hiệu', AllergyIntolerance: 'Dị ứng', MedicationRequest: 'Thuốc kê', ServiceRequest: 'Chỉ định',
      Organization: 'Khoa, phòng, đơn vị', Location: 'Buồng, giường', Practitioner: 'Nhân viên y tế', PractitionerRole: 'Vai trò nhân viên', Provenance: 'Nguồn gốc, chữ ký', AuditEvent: 'Nhật ký', Binary: 'Tệp', CodeSystem: 'Danh mục', ValueSet: 'Danh mục', any: 'Mọi loại',
    },
    purpose: { TREAT: 'Điều trị', BTG: 'Mở khẩn cấp', HOPERAT: 'Vận hành', HSYSADMIN: 'Quản trị', HDATAEXCH: 'Trao đổi dữ liệu' },
    outcomes: { success: 'Thành công', refused: 'Từ chối', failed: 'Lỗi' },
  },
}
