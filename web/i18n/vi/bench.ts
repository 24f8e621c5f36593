/** Texts of the bench, where laboratory and imaging work, in Vietnamese. */
export default {
  lastDays: 'Chỉ định 3 ngày gần đây, việc chưa xong và người chưa đến trong 14 ngày',
  ofDay: 'Chỉ định ngày {day}',
  day: 'Ngày', dayNotShown: 'Chỉ xem được 31 ngày gần đây.',
  noOverdue: 'Chưa tải được chỉ định cũ còn chờ.',
  materials: { 'blood-edta': 'EDTA', 'blood-serum': 'huyết thanh', 'blood-citrate': 'citrat', 'blood-fluoride': 'fluorid', 'blood-culture': 'chai cấy', urine: 'nước tiểu', 'urine-sterile': 'lọ vô khuẩn', stool: 'phân', sputum: 'đờm', nasal: 'mũi họng', breath: 'hơi thở' },
  question: 'Bác sĩ hỏi:',
  danger: {
    label: 'Điều cần biết trước khi làm', allergies: 'Dị ứng', unasked: 'Chưa hỏi dị ứng', high: 'nặng', contrast: 'DỊ ỨNG THUỐC CẢN QUANG: {names}',
    kidney: 'Chức năng thận', creatinine: { none: 'Chưa có creatinin', unreadable: 'Có creatinin nhưng không đọc được giá trị hoặc đơn vị', is: 'Creatinin {value} µmol/L ngày {day}' },
    rate: 'mức lọc cầu thận {rate} ml/phút/1,73 m²', noRate: 'chưa tính được mức lọc cầu thận', old: 'đã {days} ngày', asked: 'hỏi ngày {day}',
    pregnancy: { name: 'Mang thai', unknown: 'Chưa hỏi có thai hay không', yes: 'Đang mang thai', no: 'Không mang thai', lactating: 'Không mang thai, đang cho con bú', weeks: '{weeks} tuần', askAgain: 'Lần khám này chưa hỏi lại.' },
  },
  again: 'Làm lại',
  return: {
    heading: { lab: 'Trả lại mẫu', imaging: 'Trả lại chỉ định' }, giveUpHeading: 'Không làm', reason: 'Lý do', choose: 'Chọn lý do', words: 'Ghi thêm', told: 'Người chỉ định thấy lý do này trong hộp kết quả.', mistake: 'Chỉ định chờ tiếp nhận lại. Người chỉ định không được báo.',
    again: 'Trả lại, chờ làm lại', giveUp: 'Thôi, không làm', done: 'Đã ghi, người chỉ định sẽ thấy.', undone: 'Đã ghi, chỉ định chờ tiếp nhận lại.',
    conflict: 'Chưa gửi: chỉ định này vừa thay đổi, có thể đã có mẫu khác.', look: 'Xem tình trạng mới', specimen: 'Mẫu {accession}',
    reasons: { clotted: 'Mẫu đông', haemolysed: 'Mẫu tan máu', 'too-little': 'Không đủ lượng', 'wrong-label': 'Nhãn sai hoặc thiếu', 'wrong-container': 'Sai ống, sai cách lấy', 'no-show': 'Người bệnh không đến', 'by-mistake': 'Tiếp nhận nhầm', other: 'Lý do khác (ghi rõ)' },
  },
  keys: { lab: 'Enter: mở · F8: lấy mẫu · F7: trả lại · P: in lại nhãn · /: tìm', imaging: 'Enter: mở · F8: gọi vào · F7: trả lại · /: tìm' },
  key: { search: 'Tìm trong danh sách', receive: 'Tiếp nhận chỉ định đang chọn', open: 'Mở chỉ định', return: 'Trả lại mẫu, người bệnh không đến', release: 'Duyệt, trả kết quả; đã trả rồi thì trả bản sửa', next: 'Sang ô kế tiếp, không gửi' },
}
