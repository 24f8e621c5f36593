/** Texts of devices in Vietnamese. */
export default {
  listening: 'Nhận kết quả ở {address}', closed: 'Chưa mở cổng nhận kết quả',
  refused: 'Có {count} lần kết nối từ địa chỉ không có trong danh sách thiết bị, hoặc mở quá nhiều kết nối. Các kết nối này đã bị từ chối.',
  turned: '{device}: {count} bản tin không được nhận từ khi khởi động.', refusedCount: '{count} bị từ chối', superseded: 'Đã có bản tin mới hơn của chỉ định này', supersededShort: 'Có bản mới hơn',
  replayHeading: 'Gửi lại bản tin này?', replayText: 'Máy sẽ nhận chỉ định này thêm một lần, như một bản tin mới.',
  name: 'Thiết bị', kind: 'Khoa', kinds: { lab: 'Xét nghiệm', imaging: 'Hình ảnh' }, address: 'Địa chỉ', waiting: 'Đang chờ', lastAck: 'Máy nhận lúc', lastReceived: 'Máy gửi lúc', quarantined: 'Chưa khớp', lastError: 'Lỗi gần nhất',
  none: 'Chưa khai báo thiết bị nào', noneText: 'Thiết bị được khai báo trong tệp cấu hình (EMR_HL7_DEVICES), xem README.',
  orders: 'Chỉ định gửi máy', queued: 'Xếp hàng lúc', control: 'Số bản tin', state: 'Tình trạng', tries: 'Số lần', do: 'Thao tác', states: { waiting: 'Đang chờ', done: 'Máy đã nhận', skipped: 'Đã bỏ qua', refused: 'Máy từ chối' },
  noOrders: 'Chưa có chỉ định nào', noOrdersText: 'Chỉ định được gửi đi khi nhận mẫu (xét nghiệm) hoặc khi bác sĩ lưu phiếu (hình ảnh).',
  skip: 'Bỏ qua', replay: 'Gửi lại', skipDone: 'Đã bỏ qua bản tin.', replayDone: 'Đã xếp hàng gửi lại.', skipHeading: 'Bỏ qua bản tin này?', skipText: 'Máy sẽ không nhận được chỉ định này. Các bản tin phía sau sẽ được gửi tiếp.',
  error: { ECONNREFUSED: 'Máy không mở cổng kết nối', ETIMEDOUT: 'Không kết nối được tới máy', EHOSTUNREACH: 'Không có đường mạng tới máy', ENOTFOUND: 'Không tìm thấy địa chỉ máy', ECONNRESET: 'Máy ngắt kết nối', closed: 'Máy ngắt kết nối, chưa trả lời', timeout: 'Máy không trả lời kịp', 'no-answer': 'Máy trả lời không đúng chuẩn', connection: 'Lỗi kết nối', said: 'Máy từ chối ({code})' },
  pacs: {
    heading: 'Kho ảnh (PACS)', none: 'Chưa kết nối PACS nào. PACS được khai báo trong tệp cấu hình (EMR_PACS), xem README.', check: 'Thử kết nối', lastAnswer: 'Trả lời lúc {time}',
    states: { answers: 'Đang trả lời', failing: 'Có lỗi', unknown: 'Chưa hỏi lần nào' },
    error: {
      timeout: 'PACS không trả lời kịp', refused: 'PACS không mở cổng kết nối', credentials: 'PACS không nhận tài khoản', 'not-found': 'Không có gì ở địa chỉ này', redirect: 'PACS chuyển hướng sang địa chỉ khác, không đi theo', status: 'PACS báo lỗi',
      'too-large': 'Câu trả lời quá lớn', 'not-dicom-json': 'Câu trả lời không phải DICOM JSON', 'not-a-picture': 'Nội dung trả về không phải ảnh', certificate: 'Chứng thư TLS không tin được', busy: 'Quá nhiều yêu cầu cùng lúc', connection: 'Lỗi kết nối',
    },
  },
  quarantine: {
    note: 'Giữ nguyên như máy gửi, chờ người xem quyết định', at: 'Máy gửi lúc', said: 'Người bệnh theo máy', values: 'Giá trị', why: 'Vì sao chưa nhận',
    refused: '{device} đã từ chối {count} chỉ định. Hãy báo quản trị, và làm tay các chỉ định này.', more: 'Còn {count} kết quả nữa, hiện ra khi xử lý xong các kết quả này.',
    differsText: 'Chỉ định đã có kết quả khác, đã trả hoặc do người nhập. Hãy mở phiếu để so và sửa.', toBench: 'Mở phiếu kết quả', keepHeading: 'Hoặc giữ kết quả đang có',
    empty: 'Không có kết quả nào chờ', emptyText: 'Kết quả máy gửi mà không khớp chỉ định, người bệnh hoặc đơn vị sẽ hiện ở đây.',
    heading: 'Kết quả của {device}', nameless: '(máy không ghi tên)', numbers: 'Số máy ghi', code: 'Chỉ số của máy', value: 'Giá trị', flag: 'Cờ của máy',
    assignHeading: 'Gán vào chỉ định', number: 'Số mẫu hoặc số ca', numberHint: 'Quét nhãn hoặc gõ số, rồi Enter', find: 'Tìm', noOrder: 'Không có chỉ định nào mang số này.', assign: 'Đúng người, gán vào đây',
    assigned: 'Đã gán, kết quả chờ duyệt.', assignedPart: 'Đã gán. Chưa nhận các chỉ số: {left}.', rejectHeading: 'Hoặc loại bỏ', rejectReason: 'Lý do loại bỏ', reject: 'Loại bỏ', rejected: 'Đã loại bỏ, lý do được ghi lại.',
  },
  reason: {
    unreadable: 'Bản tin không đọc được', 'several-patients': 'Bản tin của nhiều người bệnh', 'no-order': 'Không có chỉ định mang số này', 'order-ambiguous': 'Nhiều chỉ định cùng khớp', 'order-not-received': 'Chỉ định chưa được tiếp nhận', 'specimen-returned': 'Mẫu này đã trả lại',
    'patient-number': 'Mã bệnh nhân không khớp chỉ định', 'patient-unnamed': 'Máy không ghi tên và ngày sinh', 'patient-name': 'Tên người bệnh không khớp', 'patient-birth': 'Ngày sinh không khớp',
    'unknown-code': 'Chỉ số không có trong chỉ định', 'unknown-unit': 'Đơn vị khác với danh mục', 'not-a-number': 'Giá trị không phải số', 'not-a-choice': 'Giá trị không có trong danh mục', implausible: 'Giá trị khó gặp với đơn vị này',
    'embedded-document': 'Có tài liệu đính kèm, chưa nhận được loại này', 'value-withdrawn': 'Máy hủy hoặc chưa đo được giá trị', 'repeated-code': 'Một chỉ số có nhiều giá trị', 'nothing-to-take': 'Không có giá trị nào để nhận', 'order-gone': 'Chỉ định đã hủy, tạm dừng hoặc không còn',
    'not-storable': 'Kết quả không lưu được vào bệnh án (quá dài, hoặc nội dung không hợp lệ)',
    'too-many': 'Bản tin có quá nhiều kết quả', differs: 'Khác với kết quả đang có',
  },
}
