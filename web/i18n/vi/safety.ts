/** Safety checks of drugs: on the visit sheet, and their figures. */
export default {
  heading: 'Cảnh báo an toàn thuốc', notChecked: 'KHÔNG KIỂM TRA ĐƯỢC', silent: 'máy chủ không trả lời phần này', noTable: 'chưa có', again: 'Kiểm tra lại',
  kind: { allergy: 'dị ứng', duplicate: 'trùng thuốc', interaction: 'tương tác', dose: 'liều', age: 'tuổi', kidney: 'thận', pregnancy: 'thai kỳ, cho con bú' },
  line: {
    clear: 'Đã kiểm tra {time}, bảng {table}', partly: 'Đã kiểm tra {judged}/{all} mục lúc {time}, bảng {table}', none: 'Không có mục nào kiểm tra được ({time})',
    note: 'Có lưu ý, xem bên dưới ({time}, bảng {table})', reason: 'Cần lý do, xem bên dưới ({time}, bảng {table})', 'second-person': 'Cần lý do và người thứ hai xác nhận ({time}, bảng {table})',
    answered: 'Có cảnh báo, đã ghi lý do ({time}, bảng {table})', waiting: 'Đang kiểm tra…', failed: 'CHƯA KIỂM TRA: máy chủ không trả lời', unchecked: 'CHƯA KIỂM TRA',
  },
  summary: '{count} thuốc đã kiểm tra: {alerts} cảnh báo, {open} chưa trả lời.',
  grade: { note: 'Lưu ý', reason: 'Cần lý do', 'second-person': 'Cần người thứ hai' },
  source: 'Nguồn: {source}', notReviewed: 'dược sĩ chưa thẩm định', reasonOf: 'Lý do vẫn dùng {drug}', words: 'Ghi thêm', confirmed: 'Người thứ hai đã xác nhận',
  reason: {
    benefit: 'Lợi ích cao hơn nguy cơ', tolerated: 'Đã dùng và dung nạp', monitored: 'Sẽ theo dõi', adjusted: 'Đã chỉnh liều, cách giờ uống', 'no-alternative': 'Không có thuốc thay thế',
    'wrong-fact': 'Không đúng với người bệnh', other: 'Lý do khác',
  },
  second: { heading: 'Người thứ hai xác nhận', text: 'Một bác sĩ khác của khoa đọc các cảnh báo trên ({count}) rồi xác nhận tại đây.', login: 'Tên đăng nhập người xác nhận', pin: 'PIN ký số người xác nhận', confirm: 'Xác nhận' },
  inBatch: '{count} thuốc có mục an toàn KHÔNG KIỂM TRA ĐƯỢC; mở phiếu khám để xem.', answerFirst: 'Còn {count} cảnh báo thuốc chưa trả lời.', checked: 'Kiểm tra an toàn thuốc', unreviewed: '{count} dòng của các bảng chưa được dược sĩ thẩm định.',
  pregnancy: { label: 'Thai kỳ, cho con bú', unknown: 'Chưa hỏi', no: 'Không có thai, không cho con bú', yes: 'Có thai', lactating: 'Đang cho con bú', weeks: 'Tuổi thai', unit: 'tuần', wrong: 'Từ 1 đến 45 tuần' },
  figures: {
    title: 'Cảnh báo an toàn thuốc', menu: 'Cảnh báo thuốc', text: 'Đếm theo lượt khám trong 90 ngày qua, không có thông tin người bệnh. Cảnh báo hay bị bỏ qua là cảnh báo cần xem lại.', rule: 'Quy tắc', grade: 'Mức', shown: 'Đã hiện',
    overridden: 'Vẫn dùng thuốc', second: 'Người thứ hai', reasons: 'Lý do', empty: 'Chưa có cảnh báo nào', emptyText: 'Khi phiếu khám có cảnh báo thuốc, số lần hiện và số lần vẫn dùng thuốc sẽ có ở đây.',
  },
}
